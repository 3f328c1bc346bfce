"""column of returns, one row for each"""
import torch


def _errors(prediction, target):
    # (samples, 1) beside the predictions
    return prediction.flatten() - target.flatten().unsqueeze(1)


def clipped_value_loss(values, old_values, returns, clip):
    if any(t.shape != values.shape for t in (old_values, returns)):
        raise ValueError("shapes differ")
    with torch.no_grad():
        base, target = old_values.clone(), returns.clone()
    step = (values - base).clip(-clip, clip)
    free, held = _errors(values, target).square(), _errors(base + step, target).square()
    return torch.where(free >= held, free, held).mean().mul(0.5)
