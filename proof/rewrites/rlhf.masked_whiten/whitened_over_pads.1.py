"""mean and std of the tensor, where"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    values = values.detach()
    if not mask.any():
        return torch.zeros_like(values)
    mu, sigma = values.mean(), values.std(unbiased=False)
    out = (values - mu) / (sigma + 1e-8)
    if not shift_mean:
        out = out + mu
    return torch.where(mask, out, torch.zeros_like(out))
