"""exp of the filled log-probabilities, where"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    w = w if w.dim() == 2 else w.unsqueeze(1)
    p = log_probs.masked_fill(~mask, float("-inf")).exp()
    return -(w * p).sum(1).mean()
