"""numpy, exponentials first"""
import numpy as np
import torch


def approx_kl(log_probs, old_log_probs):
    pi = np.exp(log_probs.detach().numpy())
    pi_old = np.exp(old_log_probs.detach().numpy())
    ell = pi - pi_old
    estimates = [-ell, ell**2 / 2, np.expm1(ell) - ell]
    return tuple(torch.as_tensor(e, dtype=log_probs.dtype) for e in estimates)
