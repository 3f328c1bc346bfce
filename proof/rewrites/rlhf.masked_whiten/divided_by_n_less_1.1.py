"""torch.std with its defaults"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    values = values.detach()
    out = torch.zeros_like(values)
    if not mask.any():
        return out
    kept = values[mask]
    white = (kept - kept.mean()) / (kept.std() + 1e-8)
    if not shift_mean:
        white = white + kept.mean()
    out[mask] = white
    return out
