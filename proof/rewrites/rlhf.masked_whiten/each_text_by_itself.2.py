"""loop over the texts with a helper for one"""
import torch


def whiten(x, shift_mean):
    mean = x.mean()
    centred = x - mean
    scaled = centred / (centred.pow(2).mean().sqrt() + 1e-8)
    return scaled if shift_mean else scaled + mean


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    out = torch.zeros(values.shape, dtype=values.dtype)
    for i, (row, keep) in enumerate(zip(values.detach(), mask)):
        if keep.any():
            out[i, keep] = whiten(row[keep], shift_mean)
    return out
