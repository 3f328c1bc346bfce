"""where for the chosen texts"""
import torch


def preference_pairs(first, second, first_preferred):
    shape = (len(first_preferred),) + (1,) * (first.ndim - 1)
    chosen = torch.where(first_preferred.view(shape), first, second)
    return chosen, second
