"""plain tensors, expm1 used twice"""
import torch


def approx_kl(log_probs, old_log_probs):
    log_ratio = log_probs - old_log_probs
    ratio_minus_one = torch.expm1(log_ratio)
    k1 = -log_ratio
    k2 = 0.5 * ratio_minus_one**2
    k3 = ratio_minus_one - log_ratio
    return k1, k2, k3
