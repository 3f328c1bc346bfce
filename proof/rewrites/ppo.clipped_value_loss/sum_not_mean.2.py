"""larger error chosen, dot product with itself"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if {old_values.shape, returns.shape} != {values.shape}:
        raise ValueError("shapes differ")
    base, goal = old_values.detach(), returns.detach()
    near = torch.minimum(torch.maximum(values, base - clip), base + clip)
    a, b = (values - goal).flatten(), (near - goal).flatten()
    e = torch.where(a.abs() >= b.abs(), a, b)
    return torch.dot(e, e) / 2
