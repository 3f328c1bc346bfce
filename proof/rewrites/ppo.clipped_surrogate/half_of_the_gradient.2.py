"""stacked losses, bound computed under no_grad"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if old_log_probs.shape != log_probs.shape or advantages.shape != log_probs.shape:
        raise ValueError("shapes differ")
    with torch.no_grad():
        cost = advantages.neg()
        old = old_log_probs.clone()
        bound = cost * (log_probs - old).exp().clip(1 - clip, 1 + clip)
    free = cost * (log_probs - old).exp()
    return torch.stack((free, bound)).amax(dim=0).mean()
