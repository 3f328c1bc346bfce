"""cumulated sums of weighted means"""
import numpy as np


def mean_baseline(returns):
    n = len(returns)
    total = np.zeros(returns.shape[1:])
    for sample in returns:
        total = total + sample
    return np.array([total / n] * n, dtype=returns.dtype)


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    if n == 1:
        return np.zeros_like(returns)
    return (returns.sum(axis=0) - returns) / (n - 1)


def exponential_baseline(returns, decay):
    updates = returns.shape[0]
    weights = np.cumprod(np.r_[1.0, np.full(updates - 1, float(decay))])
    top = np.cumsum(weights * returns.mean(axis=1))
    bottom = np.cumsum(weights)
    baseline = np.zeros(updates, dtype=returns.dtype)
    baseline[1:] = (top / bottom)[:-1]
    return baseline
