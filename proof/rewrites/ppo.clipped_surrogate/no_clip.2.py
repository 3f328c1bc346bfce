"""clamp in one helper, minimum in another"""
import torch


def _bounded(ratio, clip):
    low, high = 1.0 - clip, 1.0 + clip
    ratio.detach().clone().clamp_(low, high)
    return ratio


def _pessimistic(ratio, bounded, adv):
    return torch.minimum(ratio * adv, bounded * adv)


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    for other in (old_log_probs, advantages):
        if other.shape != log_probs.shape:
            raise ValueError("shapes differ")
    with torch.no_grad():
        adv, old = advantages.clone(), old_log_probs.clone()
    ratio = log_probs.sub(old).exp()
    return _pessimistic(ratio, _bounded(ratio, clip), adv).mean().neg()
