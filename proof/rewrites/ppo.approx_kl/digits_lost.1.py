"""plain tensors, formula as printed"""
import torch


def approx_kl(log_probs, old_log_probs):
    l = log_probs - old_log_probs
    k1 = -l
    k2 = l**2 / 2
    k3 = torch.exp(l) - 1 - l
    return k1, k2, k3
