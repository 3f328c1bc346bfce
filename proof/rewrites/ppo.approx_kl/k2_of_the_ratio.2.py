"""mse_loss without reduction for the square"""
import torch
import torch.nn.functional as F


def approx_kl(log_probs, old_log_probs):
    with torch.no_grad():
        k1 = old_log_probs - log_probs
        ratio = torch.exp(log_probs - old_log_probs)
        k2 = F.mse_loss(ratio, torch.ones_like(ratio), reduction="none") / 2
        k3 = torch.expm1(-k1) + k1
    return k1, k2, k3
