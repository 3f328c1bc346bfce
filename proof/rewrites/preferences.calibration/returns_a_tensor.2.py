"""points for wins and ties; sorted pairs cut by searchsorted"""
import torch


def accuracy(chosen_scores, rejected_scores):
    points = 2 * (chosen_scores > rejected_scores).sum() + (chosen_scores == rejected_scores).sum()
    return points.double() / (2 * chosen_scores.numel())


def calibration(first_scores, second_scores, first_preferred, bins):
    p, order = torch.sigmoid(first_scores - second_scores).double().sort()
    answers = first_preferred[order].double()
    inner = torch.arange(1, bins, device=p.device).double() / bins
    starts = torch.searchsorted(p, inner).tolist()
    bounds = [0] + starts + [len(p)]
    pieces = [(p[a:b], answers[a:b]) for a, b in zip(bounds, bounds[1:])]
    means = torch.stack([x.mean() for x, _ in pieces])
    shares = torch.stack([y.mean() for _, y in pieces])
    return means, shares, torch.tensor([len(x) for x, _ in pieces], device=p.device)
