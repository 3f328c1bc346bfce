"""bounds and mse_loss"""
import torch
import torch.nn.functional as F


class _Band:
    def __init__(self, centre, radius):
        self.low, self.high = centre - radius, centre + radius

    def hold(self, x):
        return torch.minimum(torch.maximum(x, self.low), self.high)


def clipped_value_loss(values, old_values, returns, clip):
    if {old_values.shape, returns.shape} != {values.shape}:
        raise ValueError("shapes differ")
    band = _Band(old_values.detach(), clip)
    return F.mse_loss(band.hold(values), returns.detach()) / 2
