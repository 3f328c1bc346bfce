"""uses accuracy in each bin"""
import math

import torch


def accuracy(chosen_scores, rejected_scores):
    higher = (chosen_scores > rejected_scores).sum().item()
    not_lower = (chosen_scores >= rejected_scores).sum().item()
    return (higher + not_lower) / (2 * len(chosen_scores))


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    k = (p * bins).long().clamp(max=bins - 1)
    chosen = torch.where(first_preferred, first_scores, second_scores)
    rejected = torch.where(first_preferred, second_scores, first_scores)
    means, shares, counts = [], [], []
    for j in range(bins):
        here = k == j
        counts.append(int(here.sum()))
        means.append(p[here].mean().item())
        shares.append(accuracy(chosen[here], rejected[here]) if counts[-1] else math.nan)
    return torch.tensor(means), torch.tensor(shares), torch.tensor(counts)
