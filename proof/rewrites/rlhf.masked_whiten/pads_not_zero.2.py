"""masked sums, in place on a copy"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    n = int(mask.sum())
    out = values.detach().clone()
    if n == 0:
        return out.zero_()
    mu = out.masked_fill(~mask, 0.0).sum() / n
    out.sub_(mu)
    spread = (out.masked_fill(~mask, 0.0).square().sum() / n).sqrt()
    out.div_(spread + 1e-8)
    if shift_mean:
        return out
    return out.add_(mu)
