"""a comparison with both edges of each bin"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = (chosen_scores > rejected_scores).double().mean()
    ties = (chosen_scores == rejected_scores).double().mean()
    return float(wins + ties / 2)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    mean, share, count = [], [], []
    for k in range(bins):
        low, high = k / bins, (k + 1) / bins
        inside = (low <= p) & (p < high)
        mean.append(p[inside].mean())
        share.append(first_preferred[inside].float().mean())
        count.append(inside.sum())
    return torch.stack(mean), torch.stack(share), torch.stack(count)
