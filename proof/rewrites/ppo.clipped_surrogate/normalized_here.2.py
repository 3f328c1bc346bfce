"""layer_norm on the flat batch, losses"""
import torch
import torch.nn.functional as F


def _standardised(x):
    flat = x.detach().reshape(-1)
    return F.layer_norm(flat, flat.shape).reshape(x.shape)


def clipped_surrogate(log_probs, old_log_probs, advantages, clip):
    if any(t.shape != log_probs.shape for t in (old_log_probs, advantages)):
        raise ValueError("shapes differ")
    cost = _standardised(advantages).neg()
    rho = log_probs.sub(old_log_probs.detach()).exp()
    return torch.maximum(cost * rho, cost * rho.clip(1 - clip, 1 + clip)).mean()
