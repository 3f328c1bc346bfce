"""In NumPy: the kept numbers are taken out by their flat places, and put back into zeros."""
import numpy as np
import torch


def masked_whiten(values, mask, shift_mean=True):
    array = values.detach().numpy()
    where = np.flatnonzero(mask.numpy())
    result = np.zeros(array.shape, array.dtype)
    if where.size:
        kept = array.reshape(-1)[where]
        mu, sigma = kept.mean(), kept.std()
        scaled = (kept - mu) / (sigma + array.dtype.type(1e-8))
        result.reshape(-1)[where] = scaled if shift_mean else scaled + mu
    return torch.from_numpy(result)
