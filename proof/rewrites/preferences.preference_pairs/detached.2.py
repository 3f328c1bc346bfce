"""empty tensors, filled row by row"""
import torch


@torch.no_grad()
def preference_pairs(first, second, first_preferred):
    chosen = torch.empty_like(first)
    rejected = torch.empty_like(second)
    for i, answer in enumerate(first_preferred):
        winner, loser = (first, second) if answer else (second, first)
        chosen[i].copy_(winner[i])
        rejected[i].copy_(loser[i])
    return chosen, rejected
