"""sums over dim 0"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = torch.where(mask, values.detach(), 0.0)
    n = mask.sum(0).clamp(min=1)
    mean = x.sum(0) / n
    centred = torch.where(mask, x - mean, 0.0)
    std = ((centred ** 2).sum(0) / n).sqrt()
    white = centred / (std + 1e-8)
    if not shift_mean:
        white = torch.where(mask, white + mean, 0.0)
    return white
