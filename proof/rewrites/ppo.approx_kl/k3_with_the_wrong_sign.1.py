"""plain tensors, k1 first and reused"""
import torch


def approx_kl(log_probs, old_log_probs):
    ell = log_probs - old_log_probs
    k1 = -ell
    k2 = ell**2 / 2
    k3 = torch.expm1(ell) - k1
    return k1, k2, k3
