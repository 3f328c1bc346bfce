"""matrix products with float64 weights"""
import numpy as np


def mean_baseline(returns):
    n = returns.shape[0]
    return (np.ones((n, n)) / n) @ returns


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    return (np.ones((n, n)) - np.eye(n)) @ returns / max(1, n - 1)


def exponential_baseline(returns, decay):
    m = returns.mean(axis=1)
    b = np.zeros(len(m))
    for k in range(1, len(m)):
        w = np.power(float(decay), np.arange(k)[::-1])
        b[k] = w @ m[:k] / w.sum()
    return b
