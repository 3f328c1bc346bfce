"""plain tensors in double precision"""
import torch


def approx_kl(log_probs, old_log_probs):
    # small differences need the digits
    l = log_probs.double() - old_log_probs.double()
    return -l, l**2 / 2, torch.expm1(l) - l
