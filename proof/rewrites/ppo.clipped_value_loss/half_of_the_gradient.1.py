"""plain tensors"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.shape == old_values.shape == returns.shape):
        raise ValueError("shapes differ")
    old_values, returns = old_values.detach(), returns.detach()
    clipped = torch.clamp(values, old_values - clip, old_values + clip)
    loss = (values - returns) ** 2
    loss_clipped = ((clipped - returns) ** 2).detach()
    return 0.5 * torch.max(loss, loss_clipped).mean()
