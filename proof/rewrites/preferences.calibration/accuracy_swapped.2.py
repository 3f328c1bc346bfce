"""signs, and a loop over the bins"""
import torch


def accuracy(chosen_scores, rejected_scores):
    sign = torch.sign(rejected_scores - chosen_scores).double()
    return float((1 + sign).mean() / 2)


def calibration(first_scores, second_scores, first_preferred, bins):
    p = (first_scores - second_scores).sigmoid()
    answers = first_preferred.to(p.dtype)
    rows = []
    for k in range(bins):
        inside = (p >= k / bins) & (p < (k + 1) / bins)
        if k == bins - 1:
            inside |= p == 1
        rows.append((p[inside].mean(), answers[inside].mean(), inside.sum()))
    means, shares, counts = zip(*rows)
    return torch.stack(means), torch.stack(shares), torch.stack(counts)
