"""stacked texts, summed with a selector"""
import torch


def preference_pairs(first, second, first_preferred):
    texts = torch.stack((first, second))
    selector = torch.stack((first_preferred, ~first_preferred)).int()
    selector = selector.reshape(selector.shape + (1,) * (first.dim() - 1))
    chosen = (texts * selector).sum(dim=0)
    rejected = (texts * selector.flip(0)).sum(dim=0)
    return chosen, rejected
