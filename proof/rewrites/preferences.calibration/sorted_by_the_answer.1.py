"""chosen and rejected by where, then bincount"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).double()
    ties = (chosen_scores == rejected_scores).double()
    return torch.add(wins, ties, alpha=0.5).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    chosen = torch.where(first_preferred, first_scores, second_scores)
    rejected = torch.where(first_preferred, second_scores, first_scores)
    p = torch.sigmoid(chosen - rejected).double()
    preferred = torch.ones_like(p)
    k = (p * bins).long().clamp(max=bins - 1)
    count = torch.bincount(k, minlength=bins)
    mean = torch.bincount(k, weights=p, minlength=bins) / count
    share = torch.bincount(k, weights=preferred, minlength=bins) / count
    return mean, share, count
