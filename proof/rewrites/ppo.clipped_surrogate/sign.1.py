"""plain tensors"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if log_probs.shape != old_log_probs.shape or log_probs.shape != advantages.shape:
        raise ValueError("log_probs, old_log_probs and advantages need one shape")
    old = old_log_probs.detach()
    adv = advantages.detach()
    ratio = (log_probs - old).exp()
    clipped = ratio.clamp(1.0 - clip, 1.0 + clip)
    return torch.minimum(ratio * adv, clipped * adv).mean()
