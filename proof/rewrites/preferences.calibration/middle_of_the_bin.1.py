"""centers by arange, NaN where there are no pairs"""
import torch


def accuracy(chosen_scores, rejected_scores):
    result = (chosen_scores > rejected_scores).double()
    result[chosen_scores == rejected_scores] = 0.5
    return result.mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    k = (p * bins).long().clamp(max=bins - 1)
    count = torch.bincount(k, minlength=bins)
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / count
    centers = (torch.arange(bins, device=p.device).double() + 0.5) / bins
    centers = centers.masked_fill(count == 0, float("nan"))
    return centers, share, count
