"""plain tensors, one difference for all"""
import torch


def approx_kl(log_probs, old_log_probs):
    k1 = old_log_probs - log_probs
    k2 = k1 * k1 * 0.5
    k3 = torch.expm1(k1) - k1
    return k1, k2, k3
