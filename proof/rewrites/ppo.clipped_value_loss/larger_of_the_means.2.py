"""list of mse losses and Python's max"""
import torch.nn.functional as F


def clipped_value_loss(values, old_values, returns, clip):
    if len({values.shape, old_values.shape, returns.shape}) != 1:
        raise ValueError("shapes differ")
    centre, target = old_values.detach(), returns.detach()
    candidates = [values, values.clip(centre - clip, centre + clip)]
    losses = [F.mse_loss(c, target) / 2 for c in candidates]
    return max(losses, key=lambda loss: loss.item())
