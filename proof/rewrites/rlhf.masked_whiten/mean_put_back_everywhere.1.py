"""where, then the mean"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach()
    if not mask.any():
        return torch.zeros_like(x)
    mean = x[mask].mean()
    std = x[mask].std(unbiased=False)
    out = torch.where(mask, (x - mean) / (std + 1e-8), torch.zeros_like(x))
    if not shift_mean:
        out = out + mean
    return out
