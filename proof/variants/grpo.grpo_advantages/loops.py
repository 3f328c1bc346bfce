"""Loops over groups in plain Python, with the standard deviation that divides by n − 1 and nothing added to it."""
import statistics

import torch


def grpo_advantages(rewards, group, by_std=True):
    out = torch.zeros_like(rewards, requires_grad=False)
    for first in range(0, len(rewards), group):
        own = rewards.detach()[first : first + group].tolist()
        if len(set(own)) == 1:
            continue
        mean = statistics.fmean(own)
        scale = statistics.stdev(own) if by_std else 1.0
        for i, r in enumerate(own):
            out[first + i] = (r - mean) / scale
    return out
