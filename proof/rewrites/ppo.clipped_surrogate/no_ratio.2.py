"""minimum of two terms, clamp around one"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    for t in (old_log_probs, advantages):
        if t.shape != log_probs.shape:
            raise ValueError("shapes differ")
    weight = advantages.detach()
    terms = (log_probs, log_probs.clip(1 - clip, 1 + clip))
    first, second = (term.mul(weight) for term in terms)
    return torch.minimum(first, second).mean().neg()
