"""flat selection, expanded weights"""
import torch


def reinforce_loss(log_probs, weights, mask):
    batch, targets = log_probs.shape
    per_target = weights if weights.ndim == 2 else weights.unsqueeze(1).expand(batch, targets)
    gains = per_target[mask] * log_probs[mask]
    return -gains.sum() / batch
