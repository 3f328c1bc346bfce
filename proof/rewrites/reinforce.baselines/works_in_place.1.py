"""out= and slice assignment"""
import numpy as np


def mean_baseline(returns):
    returns[...] = returns.mean(axis=0)
    return returns


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    total = returns.sum(axis=0)
    np.subtract(total, returns, out=returns)
    if n > 1:
        returns /= n - 1
    else:
        returns.fill(0)
    return returns


def exponential_baseline(returns, decay):
    m = returns.mean(axis=1)
    b = np.zeros_like(m)
    for k in range(1, len(m)):
        b[k] = np.average(m[:k], weights=float(decay) ** np.arange(k - 1, -1, -1))
    return b
