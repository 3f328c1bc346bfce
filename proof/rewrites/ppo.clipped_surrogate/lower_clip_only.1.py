"""plain tensors"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    adv = advantages.detach()
    ratio = torch.exp(log_probs - old_log_probs.detach())
    return -torch.minimum(ratio * adv, ratio.clamp(min=1 - clip) * adv).mean()
