"""a helper whitens to mean 0, the mean comes on top of it"""
import torch


def mean_of_kept(x, mask):
    return x.masked_fill(~mask, 0.0).sum() / mask.sum().clamp(min=1)


def to_zero_mean(x, mask):
    centred = (x - mean_of_kept(x, mask)).masked_fill(~mask, 0.0)
    return centred / (mean_of_kept(centred.square(), mask).sqrt() + 1e-8)


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    values = values.detach()
    white = to_zero_mean(values, mask)
    return white if shift_mean else white + mean_of_kept(values, mask)
