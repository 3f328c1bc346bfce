"""mse_loss"""
import torch.nn.functional as F


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.shape == old_values.shape == returns.shape):
        raise ValueError("shapes differ")
    return 0.5 * F.mse_loss(values, returns.detach())
