"""band of two bounds, stacked squares"""
import torch


def _band(centre, eps):
    centre = centre.detach()
    return centre - eps, centre + eps


def clipped_value_loss(values, old_values, returns, clip):
    if values.shape != old_values.shape or values.shape != returns.shape:
        raise ValueError("shapes differ")
    goal = returns.detach()
    low, high = _band(values, clip)
    near = torch.clamp(values, low, high)
    squares = torch.stack([(values - goal).square(), (near - goal).square()])
    return squares.amax(0).mean().mul(0.5)
