"""table (group, prompts), statistics over the first axis"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    table = rewards.detach().reshape(group, -1)
    out = table - table.mean(dim=0)
    if by_std:
        out = out / (table.std(dim=0) + 1e-4)
    equal = (table == table[0]).all(dim=0)
    return torch.where(equal, 0.0, out).reshape(-1).to(rewards.dtype)
