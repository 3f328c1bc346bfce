"""a location that is 0 or the mean, masked sums"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach().masked_fill(mask.logical_not(), 0.0)
    n = mask.sum().clamp(min=1).to(x.dtype)
    mean = x.sum() / n
    deviation = torch.where(mask, x - mean, torch.zeros_like(x))
    std = deviation.norm() / n.sqrt()
    location = mean if shift_mean else torch.zeros_like(mean)
    return torch.where(mask, (x - location) / (std + 1e-8), torch.zeros_like(x))
