"""losses and their maximum, hardtanh as the clip"""
import torch
import torch.nn.functional as F


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    want = log_probs.shape
    if old_log_probs.shape != want or advantages.shape != want:
        raise ValueError("shapes differ")
    rho = torch.exp(log_probs - old_log_probs.detach())
    cost = -advantages.detach()
    held = F.hardtanh(rho, min_val=-clip, max_val=clip)
    return torch.fmax(cost * rho, cost * held).mean()
