"""in-place arithmetic on the view"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    out = rewards.detach()
    table = out.view(-1, group)
    same = table.amax(1) == table.amin(1)
    spread = table.std(1, keepdim=True)
    table -= table.mean(1, keepdim=True)
    if by_std:
        table /= spread + 1e-4
    table[same] = 0.0
    return out.clone()
