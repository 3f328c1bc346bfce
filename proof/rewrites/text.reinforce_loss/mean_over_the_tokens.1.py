"""row means with a clamped count"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() == 1:
        w = w[:, None]
    gains = w * torch.where(mask, log_probs, torch.zeros_like(log_probs))
    lengths = mask.sum(1).clamp(min=1)
    return -(gains.sum(1) / lengths).mean()
