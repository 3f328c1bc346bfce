"""numpy, kept entries picked out"""
import numpy as np
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    data = values.detach().numpy()
    keep = mask.numpy()
    result = np.zeros_like(data, order="C")
    if keep.any():
        picked = data[keep]
        mu = picked.mean()
        picked = (picked - mu) / np.sqrt(picked.var() + 1e-8)
        result[keep] = picked if shift_mean else picked + mu
    return torch.from_numpy(result)
