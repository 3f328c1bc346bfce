"""plain tensors, unbiased ones side by side"""
import torch


def approx_kl(log_probs, old_log_probs):
    log_ratio = log_probs - old_log_probs
    naive = -log_ratio
    never_negative = torch.expm1(log_ratio) - log_ratio
    squared = log_ratio.square() / 2
    return naive, never_negative, squared
