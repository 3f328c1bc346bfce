"""band around the old values, where"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    for t in (old_values, returns):
        if t.shape != values.shape:
            raise ValueError("shapes differ")
    with torch.no_grad():
        goal = returns.clone()
    low, high = old_values.sub(clip), old_values.add(clip)
    near = torch.where(values > high, high, torch.where(values < low, low, values))
    e, e_near = values - goal, near - goal
    worst = torch.where(e_near.abs() > e.abs(), e_near, e)
    return worst.square().mean().mul(0.5)
