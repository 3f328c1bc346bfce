"""std of the rows, torch.where for the equal ones"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach()
    table = r.reshape(-1, group)
    advantages = table - r.mean()
    if by_std:
        advantages = advantages / (table.std(dim=1, keepdim=True) + 1e-4)
    varied = table.amax(1, keepdim=True) != table.amin(1, keepdim=True)
    return torch.where(varied, advantages, torch.zeros_like(advantages)).flatten()
