"""torch.where with a broadcast mask"""
import torch


def preference_pairs(first, second, first_preferred):
    mask = first_preferred.reshape([-1] + [1] * (first.dim() - 1))
    rejected = torch.where(mask, first, second)
    chosen = torch.where(mask, second, first)
    return chosen, rejected
