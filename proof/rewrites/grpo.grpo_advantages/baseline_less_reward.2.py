"""repeat_interleave of means and spreads"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach()
    rows = r.reshape(-1, group)
    means = rows.mean(-1).repeat_interleave(group)
    spreads = rows.std(-1, unbiased=False).repeat_interleave(group)
    equal = (rows.amax(-1) == rows.amin(-1)).repeat_interleave(group)
    result = (means - r) / (spreads + 1e-8) if by_std else means - r
    return torch.where(equal, torch.zeros_like(r), result)
