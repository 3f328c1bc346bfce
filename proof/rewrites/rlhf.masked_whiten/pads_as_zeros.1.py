"""masked_fill first, then mean and std"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach().masked_fill(~mask, 0.0)
    mean = x.mean()
    std = torch.sqrt(((x - mean) ** 2).mean())
    y = (x - mean) / (std + 1e-8) + (0.0 if shift_mean else mean)
    return y.masked_fill(~mask, 0.0)
