"""counts of wins, numpy for the bins"""
import numpy as np
import torch


def accuracy(chosen_scores, rejected_scores):
    wins = torch.count_nonzero(chosen_scores - rejected_scores > 0)
    return int(wins) / chosen_scores.numel()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).detach().cpu().numpy().astype(np.float64)
    y = first_preferred.cpu().numpy().astype(np.float64)
    k = np.minimum((p * bins).astype(np.int64), bins - 1)
    count = np.bincount(k, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(k, p, bins) / count
        share = np.bincount(k, y, bins) / count
    return torch.from_numpy(mean), torch.from_numpy(share), torch.from_numpy(count)
