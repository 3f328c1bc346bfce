"""where, row sums, mean"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() == 1:
        w = w[:, None]
    kept = torch.where(mask, log_probs, torch.zeros_like(log_probs))
    return (w * kept).sum(dim=1).mean()
