"""NaN to begin with, filled in a loop over the bins"""
import torch


def accuracy(chosen_scores, rejected_scores):
    total = 0.0
    for c, r in zip(chosen_scores, rejected_scores):
        total += 0.5 * (float(c > r) + float(c >= r))
    return total / len(chosen_scores)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    k = torch.clamp(torch.floor(p * bins), max=bins - 1)
    predicted = torch.full((bins,), torch.nan, dtype=p.dtype)
    preferred = torch.full((bins,), torch.nan, dtype=p.dtype)
    sizes = torch.zeros(bins, dtype=torch.long)
    for j in k.unique().long().tolist():
        here = k == j
        predicted[j] = p[here].sum()
        preferred[j] = first_preferred[here].sum()
        sizes[j] = here.sum()
    return predicted, preferred, sizes
