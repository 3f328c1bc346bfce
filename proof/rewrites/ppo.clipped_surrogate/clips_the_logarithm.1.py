"""plain tensors, log ratio first"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    adv = advantages.detach()
    log_ratio = log_probs - old_log_probs.detach()
    clipped_log_ratio = torch.clamp(log_ratio, -clip, clip)
    surr1 = log_ratio.exp() * adv
    surr2 = clipped_log_ratio.exp() * adv
    return -torch.min(surr1, surr2).mean()
