"""The larger of two losses, as many write it: the minus signs stand inside."""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    shapes = {tuple(x.shape) for x in (log_probs, old_log_probs, advantages)}
    if len(shapes) > 1:
        raise ValueError(f"different shapes: {shapes}")
    a = advantages.detach()
    ratio = torch.exp(log_probs - old_log_probs.detach())
    loss1 = -a * ratio
    loss2 = -a * torch.clamp(ratio, 1 - clip, 1 + clip)
    return torch.max(loss1, loss2).mean()
