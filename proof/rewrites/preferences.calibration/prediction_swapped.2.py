"""softmax over the two scores, loop over the bins"""
import torch


def accuracy(chosen_scores, rejected_scores):
    points = 0
    for c, r in zip(chosen_scores.tolist(), rejected_scores.tolist()):
        points += 1 if c > r else 0.5 if c == r else 0
    return points / len(chosen_scores)


def predictions(first_scores, second_scores):
    both = torch.stack([first_scores, second_scores], dim=1)
    return both.softmax(dim=1)[:, 1]


def calibration(first_scores, second_scores, first_preferred, bins):
    p = predictions(first_scores, second_scores)
    results = []
    for k in range(bins):
        upper = p <= 1 if k == bins - 1 else p < (k + 1) / bins
        here = (p >= k / bins) & upper
        results.append((p[here].mean(), first_preferred[here].float().mean(), here.sum()))
    return tuple(torch.stack(column) for column in zip(*results))
