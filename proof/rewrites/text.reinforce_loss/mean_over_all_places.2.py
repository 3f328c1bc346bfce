"""row losses as means over time, then over the batch"""
import torch


def sequence_loss(lp, w, keep):
    w = w.expand(lp.shape[0])
    return -(w[keep] @ lp[keep]) / lp.shape[0]


def reinforce_loss(log_probs, weights, mask):
    fixed = weights.detach()
    rows = [sequence_loss(*row) for row in zip(log_probs, fixed, mask)]
    return torch.stack(rows).mean()
