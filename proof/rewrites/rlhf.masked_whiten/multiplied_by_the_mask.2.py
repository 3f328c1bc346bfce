"""float mask, sums and products throughout"""
import torch


def masked_mean(x, weights):
    return (x * weights).sum() / weights.sum().clamp(min=1.0)


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    with torch.no_grad():
        weights = mask.to(values.dtype)
        mean = masked_mean(values, weights)
        std = masked_mean((values - mean) ** 2, weights).sqrt()
        out = (values - mean) / (std + 1e-8)
        if not shift_mean:
            out += mean
        return out * weights
