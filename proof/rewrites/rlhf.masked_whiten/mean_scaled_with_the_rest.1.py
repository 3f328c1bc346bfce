"""subtracts the mean only where asked, then divides"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    x = values.detach()
    out = torch.zeros_like(x)
    if not mask.any():
        return out
    kept = x[mask]
    sigma = kept.std(unbiased=False)
    if shift_mean:
        kept = kept - kept.mean()
    out[mask] = kept / (sigma + 1e-8)
    return out
