"""two branches, masked_fill"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(-1, group)
    same = table.max(dim=1, keepdim=True).values == table.min(dim=1, keepdim=True).values
    if by_std:
        out = table / (table.std(dim=1, keepdim=True) + 1e-4)
    else:
        out = table - table.mean(dim=1, keepdim=True)
    return out.masked_fill(same, 0).reshape(rewards.shape)
