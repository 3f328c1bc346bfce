"""sums over dim 1, keepdim"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach().masked_fill(~mask, 0.0)
    n = mask.sum(dim=1, keepdim=True).clamp(min=1)
    mu = x.sum(dim=1, keepdim=True) / n
    d = (x - mu).masked_fill(~mask, 0.0)
    sigma = (d.square().sum(dim=1, keepdim=True) / n).sqrt()
    out = d / (sigma + 1e-8)
    if not shift_mean:
        out = out + mu
    return out.masked_fill(~mask, 0.0)
