"""ceiling above the old value, where"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if any(t.shape != values.shape for t in (old_values, returns)):
        raise ValueError("shapes differ")
    with torch.no_grad():
        ceiling = old_values + clip
        goal = returns.clone()
    capped = torch.where(values > ceiling, ceiling, values)
    errors = torch.stack((values.sub(goal), capped.sub(goal)), dim=-1)
    return errors.pow(2).amax(-1).mean().div(2)
