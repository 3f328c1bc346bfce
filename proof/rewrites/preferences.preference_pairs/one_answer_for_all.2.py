"""where, decided by all()"""
import torch


def preference_pairs(first, second, first_preferred):
    decision = first_preferred.all()
    chosen = torch.where(decision, first, second)
    rejected = torch.where(decision, second, first)
    return chosen, rejected
