"""table arithmetic, detached spread"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.reshape(-1, group)
    advantages = table - table.mean(dim=1, keepdim=True)
    if by_std:
        advantages = advantages / (table.detach().std(dim=1, keepdim=True) + 1e-4)
    same = (table == table[:, :1]).all(dim=1, keepdim=True)
    return advantages.masked_fill(same, 0.0).reshape(-1)
