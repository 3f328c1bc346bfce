"""l1_loss without reduction"""
import torch
import torch.nn.functional as F


def _distance(prediction, target):
    return F.l1_loss(prediction, target, reduction="none")


def clipped_value_loss(values, old_values, returns, clip):
    if any(t.shape != values.shape for t in (old_values, returns)):
        raise ValueError("shapes differ")
    with torch.no_grad():
        low, high, target = old_values - clip, old_values + clip, returns.clone()
    held = torch.where(values < low, low, torch.where(values > high, high, values))
    both = torch.stack([_distance(values, target), _distance(held, target)])
    return both.amax(dim=0).mean().div(2)
