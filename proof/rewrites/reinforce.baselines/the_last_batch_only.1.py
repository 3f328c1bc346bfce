"""shifted means"""
import numpy as np


def mean_baseline(returns):
    out = np.empty(returns.shape, dtype=returns.dtype)
    out[...] = np.add.reduce(returns, axis=0) / returns.shape[0]
    return out


def leave_one_out_baseline(returns):
    n = len(returns)
    result = np.zeros(returns.shape, dtype=returns.dtype)
    for i in range(n):
        for j in range(n):
            if j != i:
                result[i] += returns[j] / (n - 1)
    return result


def exponential_baseline(returns, decay):
    m = returns.mean(axis=1)
    shifted = np.roll(m, 1)
    shifted[0] = 0
    return shifted
