"""plain tensors, error first"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.shape == old_values.shape == returns.shape):
        raise ValueError("shapes differ")
    error = values - returns.detach()
    error = torch.clamp(error, -clip, clip)
    return 0.5 * (error**2).mean()
