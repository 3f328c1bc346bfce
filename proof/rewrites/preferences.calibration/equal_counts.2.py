"""bins by rank, sums with scatter_add"""
import torch


def accuracy(chosen_scores, rejected_scores):
    outcome = torch.full_like(chosen_scores, 0.5, dtype=torch.float64)
    outcome[chosen_scores > rejected_scores] = 1.0
    outcome[chosen_scores < rejected_scores] = 0.0
    return outcome.mean().item()


def ranks(values):
    return values.argsort(stable=True).argsort()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = (first_scores - second_scores).double().sigmoid()
    k = ranks(p) * bins // len(p)
    table = torch.zeros(bins, 3, dtype=torch.float64, device=p.device)
    rows = torch.stack([p, first_preferred.double(), torch.ones_like(p)], dim=1)
    table = table.scatter_add(0, k[:, None].expand(-1, 3), rows)
    return table[:, 0] / table[:, 2], table[:, 1] / table[:, 2], table[:, 2].long()
