"""boolean choice of rows"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(-1, group)
    table = table[table.amax(dim=1) != table.amin(dim=1)]
    centred = table - table.mean(dim=1, keepdim=True)
    if by_std:
        centred = centred / (table.std(dim=1, keepdim=True) + 1e-4)
    return centred.reshape(-1)
