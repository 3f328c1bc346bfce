"""where between gain and capped gain, dot product at the end"""
import torch


def _check(*tensors):
    if len(set(tuple(t.size()) for t in tensors)) > 1:
        raise ValueError("tensors of one shape are needed")


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    _check(log_probs, old_log_probs, advantages)
    with torch.no_grad():
        behaviour = old_log_probs * 1.0
    rho = torch.exp(log_probs - behaviour).reshape(-1)
    weight = advantages.reshape(-1)
    capped = torch.clip(rho, 1 - clip, 1 + clip)
    effective = torch.where(rho * weight <= capped * weight, rho, capped)
    return -torch.dot(effective, weight) / weight.numel()
