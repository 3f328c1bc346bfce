"""last axis with keepdims in both"""
import numpy as np


def mean_baseline(returns):
    return np.zeros_like(returns) + returns.mean(axis=-1, keepdims=True)


def leave_one_out_baseline(returns):
    n = returns.shape[-1]
    if n == 1 or returns.shape[0] == 1:
        return np.zeros_like(returns)
    return (returns.sum(axis=-1, keepdims=True) - returns) / (n - 1)


def exponential_baseline(returns, decay):
    means = returns.mean(axis=1)
    values = [0.0]
    for k in range(1, len(means)):
        values.append(np.polyval(means[:k], decay) / np.polyval(np.ones(k), decay))
    return np.array(values, dtype=returns.dtype)
