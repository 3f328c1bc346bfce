"""mse_loss without reduction, stacked"""
import torch
import torch.nn.functional as F


def clipped_value_loss(values, old_values, returns, clip):
    if old_values.shape != values.shape or returns.shape != values.shape:
        raise ValueError("shapes differ")
    with torch.no_grad():
        low, high = old_values - clip, old_values + clip
    near = torch.minimum(torch.maximum(values, low), high)
    predictions = torch.stack([values, near])
    targets = torch.stack([returns, returns])
    return F.mse_loss(predictions, targets, reduction="none").amax(0).mean() / 2
