"""numpy histogram and its edges"""
import numpy as np
import torch


def accuracy(chosen_scores, rejected_scores):
    difference = (chosen_scores - rejected_scores).detach().double().cpu().numpy()
    return float(np.mean((np.sign(difference) + 1) / 2))


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).detach().double().cpu().numpy()
    preferred = p[first_preferred.cpu().numpy()]
    number, edges = np.histogram(p, bins=np.arange(bins + 1) / bins)
    of_those, _ = np.histogram(preferred, bins=edges)
    middle = (edges[:-1] + edges[1:]) / 2
    with np.errstate(invalid="ignore"):
        share = of_those / number
    return torch.from_numpy(middle), torch.from_numpy(share), torch.from_numpy(number)
