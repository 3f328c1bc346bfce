"""loop, mean weight of the kept targets"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    total = log_probs[:0].sum()
    for b, keep in enumerate(mask):
        if not keep.any():
            continue
        weight = w[b] if w.ndim == 1 else w[b][keep].mean()
        total = total - weight * log_probs[b][keep].sum()
    return total / len(mask)
