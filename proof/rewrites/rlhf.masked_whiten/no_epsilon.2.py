"""masked_scatter of standard scores"""
import torch


def standard_scores(x):
    centred = x - x.mean()
    return centred / centred.pow(2).mean().sqrt()


def masked_whiten(values, mask, shift_mean=True):
    """Return the values with standard deviation 1 over the kept entries, and mean 0 or the mean they had.

    values: (batch, time). mask: bool (batch, time). 0 where nothing is kept.
    """
    blank = torch.zeros(values.shape, dtype=values.dtype)
    if int(mask.sum()) == 0:
        return blank
    picked = values.detach().masked_select(mask)
    z = standard_scores(picked)
    if not shift_mean:
        z = z + picked.mean()
    return blank.masked_scatter(mask, z)
