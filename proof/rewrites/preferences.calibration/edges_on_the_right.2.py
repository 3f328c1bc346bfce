"""bisect over a list of edges"""
from bisect import bisect_left

import torch


def accuracy(chosen_scores, rejected_scores):
    results = [0.5 if c == r else float(c > r) for c, r in zip(chosen_scores.tolist(), rejected_scores.tolist())]
    return sum(results) / len(results)


def calibration(first_scores, second_scores, first_preferred, bins):
    inner = [k / bins for k in range(1, bins)]
    p = torch.sigmoid(first_scores - second_scores)
    k = torch.tensor([bisect_left(inner, x) for x in p.tolist()], device=p.device)
    members = k == torch.arange(bins, device=p.device)[:, None]
    number = members.sum(dim=1)
    mean = members.to(p.dtype) @ p / number
    share = (members & first_preferred).sum(dim=1) / number
    return mean, share, number
