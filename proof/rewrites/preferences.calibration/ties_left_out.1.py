"""only the decided pairs; bucketize"""
import torch


def accuracy(chosen_scores, rejected_scores):
    decided = chosen_scores != rejected_scores
    right = chosen_scores[decided] > rejected_scores[decided]
    return right.double().mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    inner_edges = torch.arange(1, bins, dtype=p.dtype, device=p.device) / bins
    k = torch.bucketize(p, inner_edges, right=True)
    count = torch.bincount(k, minlength=bins)
    mean = torch.zeros(bins, dtype=p.dtype, device=p.device).scatter_add(0, k, p) / count
    share = torch.zeros_like(mean).scatter_add(0, k, first_preferred.double()) / count
    return mean, share, count
