"""loop over time, accumulate per sequence"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    columns = w.unbind(1) if w.ndim == 2 else [w] * log_probs.shape[1]
    zero = torch.zeros_like(log_probs[:, 0])
    sums = zero
    for t, column in enumerate(columns):
        sums = sums - column * torch.where(mask[:, t], log_probs[:, t], zero)
    return sums.sum()
