"""Three cases by torch.where; nothing is clamped."""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if not (log_probs.size() == old_log_probs.size() and log_probs.size() == advantages.size()):
        raise ValueError("shapes differ")
    with torch.no_grad():
        old, a = old_log_probs.clone(), advantages.clone()
    rho = torch.exp(log_probs - old)
    too_far = torch.where(a >= 0, rho > 1 + clip, rho < 1 - clip)
    edge = torch.where(a >= 0, torch.full_like(a, 1 + clip), torch.full_like(a, 1 - clip))
    return -torch.where(too_far, edge, rho).mul(a).mean()
