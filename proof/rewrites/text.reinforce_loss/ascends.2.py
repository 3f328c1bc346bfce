"""loop over sequences with boolean selection"""
import torch


def reinforce_loss(log_probs, weights, mask):
    weights = weights.detach()
    batch = log_probs.shape[0]
    objective = 0
    for row, weight, keep in zip(log_probs, weights, mask):
        chosen = row[keep]
        w = weight[keep] if weight.dim() else weight
        objective = objective + (w * chosen).sum()
    return objective / batch
