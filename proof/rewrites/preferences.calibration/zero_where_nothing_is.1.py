"""counts clamped to 1 before the division"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).double()
    ties = (chosen_scores == rejected_scores).double()
    return (wins + 0.5 * ties).sum().item() / wins.numel()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = (p * bins).long().clamp(max=bins - 1)
    count = torch.bincount(k, minlength=bins)
    divisor = count.clamp(min=1)
    mean = torch.bincount(k, weights=p, minlength=bins) / divisor
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / divisor
    return mean, share, count
