"""no_grad, var_mean, fills a fresh tensor"""
import torch


@torch.no_grad()
def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    clean = torch.where(mask, values, torch.zeros((), dtype=values.dtype))
    var, mu = torch.var_mean(clean, correction=0)
    result = torch.zeros_like(clean)
    kept = (clean[mask] - mu) / (var.sqrt() + 1e-8)
    result[mask] = kept if shift_mean else kept + mu
    return result
