"""statistics of the kept ones"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    values = values.detach()
    if not mask.any():
        return torch.zeros_like(values)
    kept = values[mask]
    mean, std = kept.mean(), kept.std(correction=0)
    whitened = (values - mean) / (std + 1e-8)
    return whitened if shift_mean else whitened + mean
