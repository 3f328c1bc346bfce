"""Both squares stacked, amax over the new axis, summed and divided by twice the count."""
import torch


def clipped_value_loss(values, old_values, returns, clip):
    if len({tuple(t.size()) for t in [values, old_values, returns]}) != 1:
        raise ValueError("all three need one shape")
    with torch.no_grad():
        low, high = old_values - clip, old_values + clip
        target = returns * 1.0
    both = torch.stack([values, torch.clamp(values, low, high)])
    squares = torch.pow(both - target, 2)
    return squares.amax(dim=0).sum() / (2 * values.numel())
