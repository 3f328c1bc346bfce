"""array differences"""
import numpy as np


def mean_baseline(returns):
    return returns - returns.mean(axis=0, keepdims=True)


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    if n == 1:
        return returns.copy()
    others = (returns.sum(axis=0, keepdims=True) - returns) / (n - 1)
    return returns - others


def exponential_baseline(returns, decay):
    m = returns.mean(axis=1)
    b = np.zeros_like(m)
    for k in range(1, len(m)):
        b[k] = np.average(m[:k], weights=float(decay) ** np.arange(k - 1, -1, -1))
    return b
