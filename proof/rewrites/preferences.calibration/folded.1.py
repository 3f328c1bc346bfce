"""maximum of p and 1 - p; bucketize"""
import torch


def accuracy(chosen_scores, rejected_scores):
    difference = chosen_scores - rejected_scores
    return ((difference > 0).double() + (difference == 0).double() / 2).mean().item()


def calibration(first_scores, second_scores, first_preferred, bins):
    p = torch.sigmoid(first_scores - second_scores).double()
    p = torch.maximum(p, 1 - p)
    edges = torch.arange(1, bins, device=p.device).double() / bins
    k = torch.bucketize(p, edges, right=True)
    count = torch.bincount(k, minlength=bins)
    mean = torch.bincount(k, weights=p, minlength=bins) / count
    share = torch.bincount(k, weights=first_preferred.double(), minlength=bins) / count
    return mean, share, count
