"""old value plus a bounded part, stacked"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if any(t.shape != values.shape for t in (old_values, returns)):
        raise ValueError("shapes differ")
    with torch.no_grad():
        base, goal = old_values.clone(), returns.clone()
    predictions = torch.stack([values, base + values.clip(-clip, clip)])
    return (predictions - goal).square().amax(dim=0).mean().div(2)
