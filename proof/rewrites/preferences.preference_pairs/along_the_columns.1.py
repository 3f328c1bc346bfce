"""two calls of where"""
import torch


def preference_pairs(first, second, first_preferred):
    chosen = torch.where(first_preferred, first, second)
    rejected = torch.where(first_preferred, second, first)
    return chosen, rejected
