"""masked sums and a plain division"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    if not mask.any():
        return torch.zeros_like(values.detach())
    kept = values.detach()[mask]
    std, mean = torch.std_mean(kept, unbiased=False)
    filled = values.detach().masked_fill(~mask, 0.0)
    y = (filled - mean) / std
    if not shift_mean:
        y = y + mean
    return y.masked_fill(~mask, 0.0)
