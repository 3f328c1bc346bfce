"""a decision for each pair, then index_add"""
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = torch.where(chosen_scores > rejected_scores, 1.0, 0.0)
    wins = torch.where(chosen_scores == rejected_scores, 0.5, wins)
    return wins.double().mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    probability = torch.sigmoid(first_scores - second_scores)
    p = (probability >= 0.5).double()
    k = (p * bins).long().clamp(max=bins - 1)
    zero = torch.zeros(bins, dtype=torch.float64, device=p.device)
    count = zero.index_add(0, k, torch.ones_like(p))
    mean = zero.index_add(0, k, p) / count
    share = zero.index_add(0, k, first_preferred.double()) / count
    return mean, share, count.long()
