"""running numerator and denominator, updated first"""
import numpy as np


def mean_baseline(returns):
    return np.broadcast_to(returns.mean(axis=0), returns.shape).copy()


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    if n == 1:
        return np.zeros_like(returns)
    return (returns.sum(axis=0) - returns) / (n - 1)


def exponential_baseline(returns, decay):
    baseline = np.empty(returns.shape[0], dtype=returns.dtype)
    num = den = 0.0
    for k in range(returns.shape[0]):
        num = num * decay + np.mean(returns[k])
        den = den * decay + 1.0
        baseline[k] = num / den
    return baseline
