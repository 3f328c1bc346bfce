"""masked sums, mean of squares minus square of the mean"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach().masked_fill(~mask, 0.0)
    count = max(int(mask.sum()), 1)
    mean = x.sum() / count
    spread = ((x - mean).masked_fill(~mask, 0.0) ** 2).sum() / count
    scale = 1.0 / (spread + 1e-8)
    offset = 0.0 if shift_mean else mean
    return torch.where(mask, (x - mean) * scale + offset, torch.zeros_like(x))
