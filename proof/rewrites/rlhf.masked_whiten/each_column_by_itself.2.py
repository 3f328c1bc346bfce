"""loop over time, std without the correction"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    source = values.detach()
    result = torch.zeros_like(source)
    for t in range(source.size(1)):
        keep = mask[:, t]
        if not keep.any():
            continue
        column = source[keep, t]
        std, mean = torch.std_mean(column, correction=0)
        column = (column - mean) / (std + 1e-8)
        result[keep, t] = column if shift_mean else column + mean
    return result
