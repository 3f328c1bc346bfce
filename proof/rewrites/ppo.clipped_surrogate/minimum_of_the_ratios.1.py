"""plain tensors"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    ratio = torch.exp(log_probs - old_log_probs.detach())
    clipped = torch.clamp(ratio, 1 - clip, 1 + clip)
    return -(torch.min(ratio, clipped) * advantages.detach()).mean()
