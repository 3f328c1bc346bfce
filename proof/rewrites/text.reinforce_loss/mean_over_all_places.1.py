"""where, then mean() of everything"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() == 1:
        w = w.unsqueeze(1)
    return -(w * torch.where(mask, log_probs, torch.zeros_like(log_probs))).mean()
