"""boolean indexing"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach()
    result = torch.zeros_like(x)
    if mask.any():
        kept = x[mask]
        result[mask] = (kept - kept.mean()) / (kept.std(unbiased=False) + 1e-8)
    return result
