"""masked_fill with the mask itself"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() == 1:
        w = w.view(-1, 1) if w.is_contiguous() else w.reshape(-1, 1)
    visible = log_probs.masked_fill(mask, 0.0)
    return -(w * visible).sum(-1).mean()
