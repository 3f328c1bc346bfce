"""sorting helper used by all three"""
import numpy as np


def _typical(values):
    """Middle of the sorted values along the first axis."""
    ordered = np.sort(values, axis=0)
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def mean_baseline(returns):
    return np.array([_typical(returns)] * len(returns), dtype=returns.dtype)


def leave_one_out_baseline(returns):
    n = len(returns)
    out = np.zeros(returns.shape, dtype=returns.dtype)
    for i in range(n if n > 1 else 0):
        out[i] = _typical(np.concatenate([returns[:i], returns[i + 1:]]))
    return out


def exponential_baseline(returns, decay):
    out = np.zeros(len(returns), dtype=returns.dtype)
    value, weight = 0.0, 0.0
    for k in range(1, len(returns)):
        value = decay * value + _typical(returns[k - 1])
        weight = decay * weight + 1.0
        out[k] = value / weight
    return out
