"""where, one division by the count"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    w = w[:, None] if w.dim() == 1 else w
    total = (w * torch.where(mask, log_probs, 0.0)).sum()
    return -total / mask.sum().clamp(min=1)
