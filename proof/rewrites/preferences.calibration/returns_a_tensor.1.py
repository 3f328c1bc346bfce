"""where, nested; scatter_add"""
import torch


def accuracy(chosen_scores, rejected_scores):
    tie = torch.where(chosen_scores == rejected_scores, 0.5, 0.0)
    return torch.where(chosen_scores > rejected_scores, 1.0, tie).mean()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    k = (p * bins).floor().clamp(max=bins - 1).long()
    totals = torch.zeros(3, bins, dtype=torch.float64, device=p.device)
    totals[0].scatter_add_(0, k, p.double())
    totals[1].scatter_add_(0, k, first_preferred.double())
    totals[2].scatter_add_(0, k, torch.ones_like(p, dtype=torch.float64))
    return totals[0] / totals[2], totals[1] / totals[2], totals[2].long()
