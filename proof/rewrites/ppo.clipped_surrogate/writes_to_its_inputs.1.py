"""in-place negation for a loss"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    cost = advantages.detach()
    cost *= -1
    ratio = torch.exp(log_probs - old_log_probs.detach())
    loss1 = cost * ratio
    loss2 = cost * torch.clamp(ratio, 1 - clip, 1 + clip)
    return torch.max(loss1, loss2).mean()
