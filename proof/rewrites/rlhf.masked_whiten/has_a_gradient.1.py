"""masked sums"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = torch.where(mask, values, torch.zeros_like(values))
    n = mask.sum().clamp(min=1)
    mu = x.sum() / n
    d = torch.where(mask, x - mu, torch.zeros_like(x))
    sigma = (d.square().sum() / n).sqrt()
    out = d / (sigma + 1e-8)
    if not shift_mean:
        out = torch.where(mask, out + mu, torch.zeros_like(out))
    return out
