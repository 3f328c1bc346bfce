"""plain tensors, all data detached at the top"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.shape == old_log_probs.shape == advantages.shape):
        raise ValueError("shapes differ")
    log_probs, old_log_probs, advantages = (
        t.detach() for t in (log_probs, old_log_probs, advantages)
    )
    ratio = torch.exp(log_probs - old_log_probs)
    surr1 = ratio * advantages
    surr2 = torch.clamp(ratio, 1 - clip, 1 + clip) * advantages
    return -torch.min(surr1, surr2).mean()
