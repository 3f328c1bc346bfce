"""NumPy's histograms, whose last bin holds its upper edge."""
import numpy as np
import torch


def accuracy(chosen_scores, rejected_scores):
    a, b = chosen_scores.numpy(), rejected_scores.numpy()
    return float(np.mean(np.where(a == b, 0.5, a > b)))


def calibration(first_scores, second_scores, first_preferred, bins):
    d = first_scores.double().numpy() - second_scores.double().numpy()
    p = 1.0 / (1.0 + np.exp(-d))
    edges = np.arange(bins + 1) / bins
    count, _ = np.histogram(p, edges)
    total, _ = np.histogram(p, edges, weights=p)
    yes, _ = np.histogram(p, edges, weights=first_preferred.numpy().astype(float))
    with np.errstate(invalid="ignore"):
        return tuple(torch.from_numpy(x) for x in (total / count, yes / count, count))
