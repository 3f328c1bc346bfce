"""unflatten and masked_fill"""
import torch


def grpo_advantages(rewards, group, by_std=True):
    r = rewards.detach().unflatten(0, (-1, group))
    out = r - r.mean(-1, keepdim=True)
    if by_std:
        out = out / (r.std(-1, keepdim=True) + 1e-5)
    return out.masked_fill((r == r[:, :1]).all(-1, keepdim=True), 0.0)
