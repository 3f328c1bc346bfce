"""a running total over the pairs"""
import torch


def pair_loss(winner, loser):
    gap = loser - winner
    return torch.logaddexp(torch.zeros_like(gap), gap)


def bradley_terry_loss(chosen_scores, rejected_scores):
    total = 0
    for winner, loser in zip(chosen_scores, rejected_scores):
        total = total + pair_loss(winner, loser)
    return total
