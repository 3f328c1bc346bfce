"""plain tensors, values as a column"""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if not (values.shape == old_values.shape == returns.shape):
        raise ValueError("shapes differ")
    v = values.reshape(-1, 1)
    v_old = old_values.detach().reshape(-1, 1)
    target = returns.detach().reshape(-1)
    v_clipped = v_old + torch.clamp(v - v_old, -clip, clip)
    return 0.5 * torch.max((v - target) ** 2, (v_clipped - target) ** 2).mean()
