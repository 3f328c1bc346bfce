"""einsum over flat samples"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if log_probs.shape != old_log_probs.shape or log_probs.shape != advantages.shape:
        raise ValueError("shapes differ")
    new, old, gain = (t.reshape(-1) for t in (log_probs, old_log_probs.detach(), advantages.detach()))
    rho = (new - old).exp()
    bounded = torch.where(gain > 0, rho.clamp(max=1 + clip), rho.clamp(min=1 - clip))
    return torch.einsum("i,i->", bounded, -gain)
