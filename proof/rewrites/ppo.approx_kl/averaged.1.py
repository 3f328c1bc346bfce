"""plain tensors with mean"""
import torch


def approx_kl(log_probs, old_log_probs):
    log_ratio = log_probs - old_log_probs
    k1 = (-log_ratio).mean()
    k2 = (log_ratio**2 / 2).mean()
    k3 = (torch.expm1(log_ratio) - log_ratio).mean()
    return k1, k2, k3
