"""shifted rows, plain quotient"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    rows = rewards.detach().reshape(-1, group)
    rows = rows - rows[:, :1]
    advantages = rows - rows.mean(dim=1, keepdim=True)
    if by_std:
        advantages = advantages / rows.std(dim=1, keepdim=True)
    return advantages.reshape(-1)
