"""one mean weight times the mean of the row sums"""
import torch


def reinforce_loss(log_probs, weights, mask):
    weight = weights.detach().mean()
    sums = log_probs.masked_fill(~mask, 0.0).sum(dim=1)
    return -weight * sums.mean()
