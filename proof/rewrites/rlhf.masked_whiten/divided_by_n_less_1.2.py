"""sums over where, divides by the degrees of freedom"""
import torch


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    with torch.no_grad():
        n = mask.sum()
        if n == 0:
            return torch.zeros_like(values)
        zero = torch.zeros_like(values)
        mean = torch.where(mask, values, zero).sum() / n
        deviations = torch.where(mask, values - mean, zero)
        sigma = torch.sqrt((deviations * deviations).sum() / (n - 1))
        scaled = deviations / (sigma + 1e-8)
        return torch.where(mask, scaled if shift_mean else scaled + mean, zero)
