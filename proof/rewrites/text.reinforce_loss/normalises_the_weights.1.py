"""centred and scaled with an epsilon, where"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    w = (w - w.mean()) / (w.std(unbiased=False) + 1e-8)
    if w.dim() == 1:
        w = w[:, None]
    return -(w * torch.where(mask, log_probs, torch.zeros_like(log_probs))).sum(1).mean()
