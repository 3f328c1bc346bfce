"""masked_fill and one sum"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() == 1:
        w = w[:, None]
    return -(w * log_probs.masked_fill(~mask, 0)).sum()
