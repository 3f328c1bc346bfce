"""The larger square chosen by torch.where, the movement clipped with minimum and maximum."""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if values.shape != old_values.shape or values.shape != returns.shape:
        raise ValueError("unequal shapes")
    old, target = old_values.data, returns.data
    near = torch.max(torch.min(values, old + clip), old - clip)
    a, b = (values - target).square(), (near - target).square()
    inside = (values.detach() - old).abs() <= clip
    return torch.where(inside | (a >= b), a, b).mean() / 2
