"""product of weight, log-probability and mask"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    w = w.unsqueeze(1) if w.dim() == 1 else w
    per_target = -w * log_probs * mask.to(log_probs.dtype)
    return per_target.sum(dim=1).mean()
