"""adds the mean back in an if"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach()
    if not mask.any():
        return torch.zeros_like(x)
    kept = x[mask]
    mean = kept.mean()
    std = kept.std(unbiased=False)
    white = (x.masked_fill(~mask, 0.0) - mean) / (std + 1e-8)
    if shift_mean:
        white = white + mean
    return white.masked_fill(~mask, 0.0)
