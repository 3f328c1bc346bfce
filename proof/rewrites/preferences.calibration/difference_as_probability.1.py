"""bincount over clamped bin numbers"""
import torch


def accuracy(chosen_scores, rejected_scores):
    better = chosen_scores > rejected_scores
    equal = chosen_scores == rejected_scores
    return (better.sum().item() + 0.5 * equal.sum().item()) / chosen_scores.numel()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = (first_scores - second_scores).double()
    k = torch.floor(p * bins).clamp(0, bins - 1).long()
    count = torch.bincount(k, minlength=bins)
    mean = torch.bincount(k, weights=p, minlength=bins) / count
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / count
    return mean, share, count
