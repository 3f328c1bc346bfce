"""one loop over time, log Z minus expected logit"""
import torch


def step_entropy(x):
    z = x - x.max(dim=-1, keepdim=True).values.detach()
    weights = z.exp()
    norm = weights.sum(-1)
    inner = (weights * z.masked_fill(torch.isneginf(z), 0.0)).sum(-1)
    return norm.log() - inner / norm


def entropy_bonus(logits, mask):
    x = logits.double()
    batch, time, _ = x.shape
    total = x[:0].sum()
    for t in range(time - 1):
        total = total + step_entropy(x[:, t]).sum()
    return total / max(batch * (time - 1), 1)
