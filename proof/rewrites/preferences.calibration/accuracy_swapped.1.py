"""comparisons and bincount"""
import torch


def accuracy(chosen_scores, rejected_scores):
    higher = (chosen_scores < rejected_scores).double()
    equal = (chosen_scores == rejected_scores).double()
    return (higher + equal / 2).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = (p * bins).long().clamp(max=bins - 1)
    count = torch.bincount(k, minlength=bins)
    mean = torch.bincount(k, weights=p, minlength=bins) / count
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / count
    return mean, share, count
