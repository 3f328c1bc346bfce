"""masked_fill and einsum"""
import torch


def reinforce_loss(log_probs, weights, mask):
    lp = log_probs.masked_fill(~mask, 0.0)
    pattern = "b,bt->b" if weights.dim() == 1 else "bt,bt->b"
    sums = torch.einsum(pattern, weights, lp)
    return -sums.mean()
