"""where on absolute errors"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if len({values.shape, old_values.shape, returns.shape}) > 1:
        raise ValueError("shapes differ")
    ref, goal = old_values.detach(), returns.detach()
    near = torch.clamp(values, ref - clip, ref + clip)
    e_free, e_near = values - goal, near - goal
    error = torch.where(e_free.abs() < e_near.abs(), e_free, e_near)
    return (error * error).mean() / 2
