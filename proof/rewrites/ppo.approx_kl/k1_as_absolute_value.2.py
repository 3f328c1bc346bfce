"""numpy with where"""
import numpy as np
import torch


def _to_numpy(t):
    return t.detach().numpy()


def approx_kl(log_probs, old_log_probs):
    a, b = _to_numpy(log_probs), _to_numpy(old_log_probs)
    # how far apart the two logarithms are
    distance = np.where(a > b, a - b, b - a)
    diff = a - b
    out = [distance, distance * distance / 2, np.expm1(diff) - diff]
    k1, k2, k3 = (torch.tensor(x, dtype=log_probs.dtype) for x in out)
    return k1, k2, k3
