"""plain tensors"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    ratio = torch.exp(log_probs - old_log_probs.detach())
    surr1 = ratio * advantages
    surr2 = ratio.clamp(1 - clip, 1 + clip) * advantages
    return -torch.min(surr1, surr2).mean()
