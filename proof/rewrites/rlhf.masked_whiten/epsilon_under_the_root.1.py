"""rsqrt"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach().masked_fill(~mask, 0.0)
    n = mask.sum().clamp(min=1)
    mean = x.sum() / n
    centred = (x - mean).masked_fill(~mask, 0.0)
    var = centred.square().sum() / n
    out = centred * torch.rsqrt(var + 1e-8)
    if not shift_mean:
        out = (out + mean).masked_fill(~mask, 0.0)
    return out
