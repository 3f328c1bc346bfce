"""a helper whose quotient is thrown away"""
import torch


def centre(r):
    first = r[0]
    return (r - first) - (r - first).mean()


def grpo_advantages(rewards, group, by_std=True):
    out = torch.empty(rewards.shape, dtype=rewards.dtype)
    r = rewards.detach()
    for start in range(0, len(r), group):
        own = centre(r[start:start + group])
        if by_std and own.abs().max() > 0:
            own.div(own.std())
        out[start:start + group] = own
    return out
