"""loop that weighs the previous batch and normalises"""
import numpy as np


def mean_baseline(returns):
    return np.zeros_like(returns) + returns.mean(axis=0, keepdims=True)


def leave_one_out_baseline(returns):
    n = len(returns)
    if n < 2:
        return np.zeros_like(returns)
    index = np.arange(n)
    return np.stack([returns[index != i].mean(axis=0) for i in index])


def exponential_baseline(returns, decay):
    b = np.zeros(returns.shape[0], dtype=returns.dtype)
    for k in range(1, returns.shape[0]):
        weight = float(decay) ** 0
        previous = returns[k - 1]
        b[k] = weight * previous.sum() / (weight * previous.size)
    return b
