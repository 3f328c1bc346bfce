"""stacked squares, bound under no_grad"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if values.shape != old_values.shape or values.shape != returns.shape:
        raise ValueError("shapes differ")
    with torch.no_grad():
        goal = returns.clone()
        low, high = old_values - clip, old_values + clip
        bound = torch.minimum(torch.maximum(values, low), high).sub(goal).square()
    square = values.sub(goal).square()
    return torch.stack((square, bound)).amax(dim=0).mean().div(2)
