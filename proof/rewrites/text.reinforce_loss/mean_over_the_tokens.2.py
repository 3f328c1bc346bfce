"""loop, mean of each selection"""
import torch


def reinforce_loss(log_probs, weights, mask):
    w = weights.detach()
    losses = []
    for i in range(log_probs.shape[0]):
        keep = mask[i].nonzero().flatten()
        chosen = log_probs[i].index_select(0, keep)
        if keep.numel() == 0:
            losses.append(chosen.sum())
            continue
        weight = w[i] if w.ndim == 1 else w[i].index_select(0, keep)
        losses.append((-weight * chosen).mean())
    return sum(losses) / len(losses)
