"""plain tensors"""
import torch


def approx_kl(log_probs, old_log_probs):
    log_ratio = log_probs - old_log_probs
    return -log_ratio, log_ratio**2, torch.expm1(log_ratio) - log_ratio
