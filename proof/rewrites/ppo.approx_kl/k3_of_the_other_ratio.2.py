"""numpy, helper for k3 with two arguments"""
import numpy as np
import torch


def _bregman(log_p, log_q):
    """p/q - 1 - ln(p/q)"""
    u = log_p - log_q
    return np.expm1(u) - u


def approx_kl(log_probs, old_log_probs):
    new = np.asarray(log_probs.detach())
    old = np.asarray(old_log_probs.detach())
    ell = new - old
    estimates = (-ell, 0.5 * ell**2, _bregman(old, new))
    return tuple(torch.as_tensor(np.asarray(e), dtype=log_probs.dtype) for e in estimates)
