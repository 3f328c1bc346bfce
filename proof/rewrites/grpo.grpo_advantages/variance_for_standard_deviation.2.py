"""mean of squares less square of mean, a helper for one group"""
import torch


def one_group(r, by_std):
    if r.min() == r.max():
        return torch.zeros_like(r)
    centred = r - r.mean()
    if not by_std:
        return centred
    s = (centred * centred).mean()
    return centred / s


def grpo_advantages(rewards, group, by_std=True):
    with torch.no_grad():
        return torch.cat([one_group(r, by_std) for r in torch.split(rewards, group)])
