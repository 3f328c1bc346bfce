"""row mean of the weights, where"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    if w.dim() == 2:
        w = w.mean(dim=1)
    sums = torch.where(mask, log_probs, torch.zeros_like(log_probs)).sum(1)
    return -(w * sums).mean()
