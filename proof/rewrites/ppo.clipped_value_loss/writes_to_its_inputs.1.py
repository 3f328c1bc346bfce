"""in-place negation of the target"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.shape == old_values.shape == returns.shape):
        raise ValueError("shapes differ")
    old_values = old_values.detach()
    minus_returns = returns.detach().neg_()
    clipped = old_values + torch.clamp(values - old_values, -clip, clip)
    loss = (values + minus_returns) ** 2
    loss_clipped = (clipped + minus_returns) ** 2
    return 0.5 * torch.max(loss, loss_clipped).mean()
