"""torch.unique of the bin numbers"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).double()
    ties = (chosen_scores == rejected_scores).double()
    return (wins + ties / 2).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = (p * bins).long().clamp(max=bins - 1)
    _, index, count = torch.unique(k, return_inverse=True, return_counts=True)
    mean = torch.bincount(index, weights=p) / count
    share = torch.bincount(index, weights=first_preferred.double()) / count
    return mean, share, count
