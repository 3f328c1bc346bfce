"""a sum over zip; numpy histograms"""
import numpy as np
import torch


def accuracy(chosen_scores, rejected_scores):
    margin = 0.0
    for winner, loser in zip(chosen_scores.tolist(), rejected_scores.tolist()):
        margin += winner - loser
    return margin / chosen_scores.shape[0]


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).detach().double().cpu().numpy()
    y = first_preferred.double().cpu().numpy()
    edges = np.arange(bins + 1) / bins
    count, _ = np.histogram(p, edges)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.histogram(p, edges, weights=p)[0] / count
        share = np.histogram(p, edges, weights=y)[0] / count
    return torch.tensor(mean), torch.tensor(share), torch.tensor(count)
