"""results filled into zeros, bin by bin"""
import torch


def accuracy(chosen_scores, rejected_scores):
    better = chosen_scores.gt(rejected_scores).double()
    equal = chosen_scores.eq(rejected_scores).double()
    return torch.lerp(better, torch.ones_like(better), 0.5 * equal).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    mean = torch.zeros(bins)
    share = torch.zeros(bins)
    count = torch.zeros(bins, dtype=torch.int64)
    for k in range(bins):
        inside = p >= k / bins
        if k < bins - 1:
            inside &= p < (k + 1) / bins
        if inside.any():
            mean[k] = p[inside].mean()
            share[k] = first_preferred[inside].float().mean()
            count[k] = inside.sum()
    return mean, share, count
