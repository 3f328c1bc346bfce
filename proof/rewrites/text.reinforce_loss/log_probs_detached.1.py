"""where on detached values, row sums"""
import torch


def reinforce_loss(log_probs, weights, mask):
    values = log_probs.detach()
    values = torch.where(mask, values, torch.zeros_like(values))
    if weights.dim() == 1:
        weights = weights.unsqueeze(-1)
    return -(values * weights).sum(1).mean()
