"""bincount with and without weights"""
import torch


def accuracy(chosen_scores, rejected_scores):
    points = torch.where(chosen_scores > rejected_scores, 1.0, 0.0).double()
    points += torch.where(chosen_scores == rejected_scores, 0.5, 0.0)
    return points.mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    k = (p * bins).long().clamp(max=bins - 1)
    return (
        torch.bincount(k, weights=p, minlength=bins),
        torch.bincount(k, weights=first_preferred.double(), minlength=bins),
        torch.bincount(k, minlength=bins),
    )
