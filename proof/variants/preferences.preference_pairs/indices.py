"""Both texts side by side, and an index that says which of the two."""
import torch


def preference_pairs(first, second, first_preferred):
    both = torch.stack((first, second))
    row = torch.arange(first.shape[0])
    winner = 1 - first_preferred.long()
    return both[winner, row], both[1 - winner, row]
