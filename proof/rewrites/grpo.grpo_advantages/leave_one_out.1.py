"""sum of the row less the entry"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach().reshape(-1, group)
    baseline = (r.sum(1, keepdim=True) - r) / (group - 1)
    out = r - baseline
    if by_std:
        out = out / (r.std(1, keepdim=True) + 1e-4)
    out[r.amax(1) == r.amin(1)] = 0.0
    return out.reshape(-1)
