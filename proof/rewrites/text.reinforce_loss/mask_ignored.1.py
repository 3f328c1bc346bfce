"""weights times log-probabilities, plain sums"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() < log_probs.dim():
        w = w[:, None]
    return (-w * log_probs).sum(dim=1).mean()
