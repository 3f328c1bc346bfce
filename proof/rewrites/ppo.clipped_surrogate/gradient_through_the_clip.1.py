"""plain tensors, clip as a constant shift"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    adv = advantages.detach()
    ratio = torch.exp(log_probs - old_log_probs.detach())
    # clamp would kill the gradient, so pass it straight through
    clipped = ratio + (torch.clamp(ratio, 1 - clip, 1 + clip) - ratio).detach()
    return -torch.min(ratio * adv, clipped * adv).mean()
