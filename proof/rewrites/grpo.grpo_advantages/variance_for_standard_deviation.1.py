"""var of the rows"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(-1, group)
    deviation = table - table.mean(dim=1, keepdim=True)
    alike = (table == table[:, :1]).all(dim=1, keepdim=True)
    deviation = deviation.masked_fill(alike, 0)
    if by_std:
        deviation = deviation / (table.var(dim=1, keepdim=True) + 1e-6)
    return deviation.flatten()
