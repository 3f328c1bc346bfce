"""numpy with weights, the shift as a factor"""
import numpy as np
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    keep = mask.numpy()
    x = np.where(keep, values.detach().numpy(), 0.0)
    n = max(int(keep.sum()), 1)
    mean = x.sum() / n
    sigma = np.sqrt((np.where(keep, x - mean, 0.0) ** 2).sum() / n)
    shift = float(shift_mean) * mean
    out = np.where(keep, (x - mean) / (sigma + 1e-8) + shift, 0.0)
    return torch.from_numpy(out).to(values.dtype)
