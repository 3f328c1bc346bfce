"""plain tensors, weights of the old policy"""
import torch


def approx_kl(log_probs, old_log_probs):
    p_old = old_log_probs.exp()
    log_ratio = log_probs - old_log_probs
    k1 = -p_old * log_ratio
    k2 = p_old * log_ratio**2 / 2
    k3 = p_old * (torch.expm1(log_ratio) - log_ratio)
    return k1, k2, k3
