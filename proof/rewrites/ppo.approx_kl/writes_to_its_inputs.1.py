"""augmented assignment on detached tensors"""
import torch


def approx_kl(log_probs, old_log_probs):
    ell = log_probs.detach()
    ell -= old_log_probs.detach()
    k1 = -ell
    k2 = 0.5 * ell * ell
    k3 = torch.expm1(ell) - ell
    return k1, k2, k3
