"""average over the batch first, loop over rows"""
import torch


def reinforce_loss(log_probs, weights, mask):
    typical = weights.detach().mean(dim=0)
    typical = typical.expand(log_probs.shape[1])
    losses = []
    for row, keep in zip(log_probs, mask):
        losses.append(-(typical[keep] * row[keep]).sum())
    return torch.stack(losses).mean()
