"""the nearest of some grid points"""
import torch


def accuracy(chosen_scores, rejected_scores):
    half_points = 0
    for c, r in zip(chosen_scores.tolist(), rejected_scores.tolist()):
        half_points += int(c >= r) + int(c > r)
    return half_points / (2 * len(chosen_scores))


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores)
    grid = torch.linspace(0, 1, bins, dtype=p.dtype, device=p.device)
    nearest = (p[:, None] - grid[None, :]).abs().argmin(dim=1)
    mean, share, count = [], [], []
    for k in range(bins):
        here = nearest == k
        mean.append(p[here].mean())
        share.append(first_preferred[here].to(p.dtype).mean())
        count.append(here.sum())
    return torch.stack(mean), torch.stack(share), torch.stack(count)
