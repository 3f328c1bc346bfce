"""three means of each bin, in a comprehension"""
import torch


def accuracy(chosen_scores, rejected_scores):
    outcome = (chosen_scores > rejected_scores).double()
    outcome = outcome.masked_fill(chosen_scores == rejected_scores, 0.5)
    return float(outcome.mean())


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    answers = first_preferred.to(p.dtype)
    number = (p * bins).long().clamp(max=bins - 1)
    members = [number == k for k in range(bins)]
    mean = torch.stack([p[here].mean() for here in members])
    share = torch.stack([answers[here].mean() for here in members])
    size = torch.stack([here.to(p.dtype).mean() for here in members])
    return mean, share, size
