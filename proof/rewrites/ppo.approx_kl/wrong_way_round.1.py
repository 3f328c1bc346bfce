"""plain tensors, named differences"""
import torch


def approx_kl(log_probs, old_log_probs):
    # KL(old || new): the old one comes first
    log_ratio = old_log_probs - log_probs
    k1 = -log_ratio
    k2 = 0.5 * log_ratio**2
    k3 = torch.expm1(log_ratio) - log_ratio
    return k1, k2, k3
