"""Loops over samples and updates, with the weights written out."""
import numpy as np


def mean_baseline(returns):
    out = np.empty_like(returns)
    for i in range(len(returns)):
        out[i] = sum(returns[j] for j in range(len(returns))) / len(returns)
    return out


def leave_one_out_baseline(returns):
    out = np.zeros_like(returns)
    for i in range(len(returns)):
        rest = [returns[j] for j in range(len(returns)) if j != i]
        if rest:
            out[i] = sum(rest) / len(rest)
    return out


def exponential_baseline(returns, decay):
    out = np.zeros(returns.shape[0], dtype=returns.dtype)
    for k in range(1, returns.shape[0]):
        weights = [decay ** (k - 1 - j) for j in range(k)]
        out[k] = sum(w * float(np.mean(returns[j])) for j, w in enumerate(weights)) / sum(weights)
    return out
