"""loop over the rows, no_grad for the selection"""
import torch


def kept_values(log_probs, mask):
    with torch.no_grad():
        return [row[keep].clone() for row, keep in zip(log_probs, mask)]


def reinforce_loss(log_probs, weights, mask):
    losses = []
    for i, values in enumerate(kept_values(log_probs, mask)):
        weight = weights[i]
        if weight.ndim == 1:
            weight = weight[mask[i]]
        losses.append(-(weight * values).sum())
    return torch.stack(losses).mean()
