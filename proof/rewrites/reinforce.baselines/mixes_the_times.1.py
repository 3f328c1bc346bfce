"""np.full of one mean, np.delete for the others"""
import numpy as np


def mean_baseline(returns):
    return np.full(returns.shape, returns.mean(), dtype=returns.dtype)


def leave_one_out_baseline(returns):
    result = np.zeros(returns.shape, dtype=returns.dtype)
    n = returns.shape[0]
    if n == 1:
        return result
    for i in range(n):
        result[i] = np.delete(returns, i, axis=0).mean()
    return result


def exponential_baseline(returns, decay):
    m = returns.mean(axis=1)
    b = np.zeros_like(m)
    for k in range(1, len(m)):
        b[k] = np.average(m[:k], weights=float(decay) ** np.arange(k - 1, -1, -1))
    return b
