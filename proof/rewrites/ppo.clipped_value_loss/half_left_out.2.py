"""mse_loss without reduction, bounds"""
import torch
import torch.nn.functional as F


def clipped_value_loss(values, old_values, returns, clip):
    if values.shape != old_values.shape:
        raise ValueError("values and old_values differ in shape")
    if values.shape != returns.shape:
        raise ValueError("values and returns differ in shape")
    anchor, goal = old_values.detach(), returns.detach()
    near = values.clamp(anchor - clip, anchor + clip)
    free, held = (F.mse_loss(v, goal, reduction="none") for v in (values, near))
    return torch.fmax(free, held).sum() / values.numel()
