"""boolean indexing, masked_scatter"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    if not mask.any():
        return torch.zeros_like(values)
    kept = values[mask]
    std, mean = torch.std_mean(kept, correction=0)
    kept = (kept - mean) / (std + 1e-8)
    if not shift_mean:
        kept = kept + mean
    return torch.zeros(values.shape, dtype=values.dtype).masked_scatter(mask, kept)
