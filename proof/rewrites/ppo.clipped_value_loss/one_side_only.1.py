"""plain tensors"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.shape == old_values.shape == returns.shape):
        raise ValueError("shapes differ")
    old_values, returns = old_values.detach(), returns.detach()
    clipped = old_values + torch.clamp(values - old_values, max=clip)
    return 0.5 * torch.max((values - returns) ** 2, (clipped - returns) ** 2).mean()
