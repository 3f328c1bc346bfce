"""old value moved by a bounded step"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if len({tuple(t.shape) for t in (values, old_values, returns)}) > 1:
        raise ValueError("shapes differ")
    base, goal = old_values.detach(), returns.detach()
    delta = values - goal
    near = base + torch.clip(delta, min=-clip, max=clip)
    first, second = delta.square(), (near - goal).square()
    return torch.maximum(first, second).sum() / (2 * goal.numel())
