"""boolean indexing, var"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    out = torch.zeros_like(values.detach())
    if mask.any():
        kept = values.detach()[mask]
        mu = kept.mean()
        y = (kept - mu) / (kept.var(unbiased=False) + 1e-8)
        out[mask] = y if shift_mean else y + mu
    return out
