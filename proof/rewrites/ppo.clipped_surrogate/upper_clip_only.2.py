"""where on samples that have moved too far"""
import torch


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if {tuple(old_log_probs.shape), tuple(advantages.shape)} != {tuple(log_probs.shape)}:
        raise ValueError("shapes differ")
    limit = 1 + clip
    with torch.no_grad():
        good = advantages > 0
        weight = advantages / advantages.numel()
    rho = torch.exp(log_probs - old_log_probs.detach())
    stop = good & (rho > limit)
    return -(torch.where(stop, torch.full_like(rho, limit), rho) * weight).sum()
