"""counts compared, mse without reduction"""
import torch


def _squared(a, b):
    return (a - b).square()


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.numel() == old_values.numel() == returns.numel()):
        raise ValueError("as many values as returns are needed")
    anchor, target = old_values.detach(), returns.detach()
    near = torch.minimum(torch.maximum(values, anchor - clip), anchor + clip)
    worst = torch.maximum(_squared(values, target), _squared(near, target))
    return worst.mean() / 2
