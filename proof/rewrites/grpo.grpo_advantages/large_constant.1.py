"""std plus a constant, table"""
import torch

EPSILON = 0.1


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(-1, group)
    centred = table - table.mean(1, keepdim=True)
    centred = centred.masked_fill((table == table[:, :1]).all(1, keepdim=True), 0)
    if by_std:
        centred = centred / (table.std(1, keepdim=True) + EPSILON)
    return centred.reshape(-1)
