"""where on detached tensors"""
import torch


def preference_pairs(first, second, first_preferred):
    a, b = first.detach(), second.detach()
    mask = first_preferred[(...,) + (None,) * (a.ndim - 1)]
    return torch.where(mask, a, b), torch.where(mask, b, a)
