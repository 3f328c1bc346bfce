"""numpy"""
import numpy as np
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach().numpy()
    centre = x.mean()
    white = (x - centre) / (np.sqrt(((x - centre) ** 2).mean()) + 1e-8)
    if not shift_mean:
        white = white + centre
    result = np.where(mask.numpy(), white, 0.0).astype(x.dtype)
    return torch.from_numpy(result)
