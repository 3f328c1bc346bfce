"""centre, measure, scale: three steps with masked_fill"""
import torch


@torch.no_grad()
def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    n = max(mask.sum().item(), 1)
    centred = values.masked_fill(~mask, 0.0)
    centred = (centred - centred.sum() / n).masked_fill(~mask, 0.0)
    rms = (centred.square().sum() / n).sqrt()
    return centred / (rms + 1e-8)
