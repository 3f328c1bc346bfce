"""where by the sign of the advantage"""
import torch


def _ratio(new, old):
    return new.subtract(old.detach())


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if any(t.shape != log_probs.shape for t in (old_log_probs, advantages)):
        raise ValueError("shapes differ")
    rho = _ratio(log_probs, old_log_probs)
    gain = advantages.detach()
    capped = rho.clamp(max=1 + clip)
    raised = rho.clamp(min=1 - clip)
    return -torch.where(gain > 0, capped, raised).mul(gain).mean()
