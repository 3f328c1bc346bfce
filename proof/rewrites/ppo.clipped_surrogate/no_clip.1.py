"""plain tensors, importance sampling"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    ratio = torch.exp(log_probs - old_log_probs.detach())
    return -(ratio * advantages.detach()).mean()
