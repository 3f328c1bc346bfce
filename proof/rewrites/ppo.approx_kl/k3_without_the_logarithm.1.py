"""plain tensors"""
import torch


def approx_kl(log_probs, old_log_probs):
    logr = log_probs - old_log_probs
    k1 = -logr
    k2 = logr.square().mul(0.5)
    k3 = torch.expm1(logr)
    return k1, k2, k3
