"""plain tensors, no_grad"""
import torch


@torch.no_grad()
def approx_kl(log_probs, old_log_probs):
    ell = log_probs - old_log_probs
    return ell, ell.square() / 2, ell.expm1() - ell
