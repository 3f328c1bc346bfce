"""numpy: digitize and add.at"""
import numpy as np
import torch


def accuracy(chosen_scores, rejected_scores):
    c = chosen_scores.detach().cpu().numpy()
    r = rejected_scores.detach().cpu().numpy()
    return float(np.where(c == r, 0.5, c > r).mean())


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores).detach().cpu().numpy()
    k = np.digitize(p, np.arange(1, bins) / bins)
    sums = np.zeros((2, bins))
    counts = np.zeros(bins, dtype=np.int64)
    np.add.at(sums[0], k, p)
    np.add.at(sums[1], k, first_preferred.cpu().numpy())
    np.add.at(counts, k, 1)
    means = np.full((2, bins), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return torch.from_numpy(means[0]), torch.from_numpy(means[1]), torch.from_numpy(counts)
