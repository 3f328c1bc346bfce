"""where, old values brought up to date at the end"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if any(t.shape != values.shape for t in (old_values, returns)):
        raise ValueError("shapes differ")
    base, goal = old_values.detach(), returns.detach()
    near = torch.minimum(torch.maximum(values, base - clip), base + clip)
    e, e_near = values - goal, near - goal
    loss = torch.where(e_near.abs() > e.abs(), e_near, e).square().mean() / 2
    base.copy_(values.detach())  # the next step is measured from here
    return loss
