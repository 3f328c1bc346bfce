"""clip of the gain, a small class"""
import torch


class Clip:
    def __init__(self, eps):
        self.bounds = (1 - eps, 1 + eps)

    def apply(self, x):
        low, high = self.bounds
        return x.clip(low, high)


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if len({t.shape for t in (log_probs, old_log_probs, advantages)}) > 1:
        raise ValueError("shapes differ")
    with torch.no_grad():
        old, adv = old_log_probs.clone(), advantages.clone()
    gain = adv.mul((log_probs - old).exp())
    return Clip(clip).apply(gain).mean().neg()
