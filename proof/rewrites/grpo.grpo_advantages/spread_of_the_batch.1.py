"""rows of a table, one scale for the division"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(-1, group)
    centred = table - table.mean(dim=1, keepdim=True)
    same = (table == table[:, :1]).all(dim=1, keepdim=True)
    if by_std:
        centred = centred / (rewards.detach().std() + 1e-6)
    return centred.masked_fill(same, 0.0).reshape(-1)
