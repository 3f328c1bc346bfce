"""plain tensors"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    advantages = advantages.detach()
    ratio = torch.exp(log_probs - old_log_probs)
    unclipped = ratio * advantages
    clipped = torch.clamp(ratio, 1 - clip, 1 + clip) * advantages
    return -torch.min(unclipped, clipped).mean()
