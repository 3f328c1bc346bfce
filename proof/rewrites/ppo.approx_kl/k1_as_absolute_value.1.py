"""plain tensors"""
import torch


def approx_kl(log_probs, old_log_probs):
    l = log_probs - old_log_probs
    k1 = torch.abs(l)  # a divergence is never negative
    k2 = l.pow(2) / 2
    k3 = torch.expm1(l) - l
    return k1, k2, k3
