"""shifted by the first text of the group"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(-1, group)
    table = table - table[:, 0:1]
    advantages = table.mean(dim=1, keepdim=True) - table
    if by_std:
        advantages = advantages / (table.std(dim=1, keepdim=True) + 1e-4)
    return advantages.reshape(-1)
