"""mean of the differences; loop with masks"""
import torch


def accuracy(chosen_scores, rejected_scores):
    return (chosen_scores - rejected_scores).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    k = torch.clamp((p * bins).long(), max=bins - 1)
    y = first_preferred.float()
    means = torch.stack([p[k == j].mean() for j in range(bins)])
    shares = torch.stack([y[k == j].mean() for j in range(bins)])
    counts = torch.stack([(k == j).sum() for j in range(bins)])
    return means, shares, counts
