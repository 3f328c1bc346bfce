"""statistics by boolean indexing, result times the mask"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach()
    kept = x[mask]
    if kept.numel() == 0:
        return torch.zeros_like(x)
    mu = kept.mean()
    sigma = kept.std(unbiased=False)
    white = (x - mu) / (sigma + 1e-8)
    if not shift_mean:
        white = white + mu
    return white * mask
