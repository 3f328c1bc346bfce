"""bounded relative movement, where"""
import torch


def _trust_interval(v, eps):
    a, b = v * (1 - eps), v * (1 + eps)
    return torch.minimum(a, b), torch.maximum(a, b)


def clipped_value_loss(values, old_values, returns, clip):
    if values.shape != old_values.shape or values.shape != returns.shape:
        raise ValueError("shapes differ")
    goal = returns.detach()
    low, high = _trust_interval(old_values.detach(), clip)
    near = torch.where(values < low, low, torch.where(values > high, high, values))
    loss_free = torch.square(values - goal)
    loss_near = torch.square(near - goal)
    return torch.where(loss_free >= loss_near, loss_free, loss_near).mean() * 0.5
