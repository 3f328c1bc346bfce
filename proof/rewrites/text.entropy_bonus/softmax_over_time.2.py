"""loop over sequences, column-wise normalisation of all places"""
import torch


def normalise(x):
    e = torch.exp(x - x.max(0).values.detach())
    return e / e.sum(0)


def entropy_bonus(logits, mask):
    x = logits.double()
    total = x[:0].sum()
    for scores, keep in zip(x, mask):
        p = normalise(scores)[:-1]
        p = p[keep]
        safe = torch.where(p > 0, p, torch.ones_like(p))
        total = total - (p * safe.log()).sum()
    return total / max(int(mask.sum()), 1)
