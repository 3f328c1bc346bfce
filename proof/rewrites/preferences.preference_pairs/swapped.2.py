"""both texts stacked, rows picked by an index"""
import torch


def preference_pairs(first, second, first_preferred):
    both = torch.stack([first, second])
    rows = torch.arange(first.shape[0], device=first.device)
    better = first_preferred.to(first.device).long()
    return both[better, rows], both[1 - better, rows]
