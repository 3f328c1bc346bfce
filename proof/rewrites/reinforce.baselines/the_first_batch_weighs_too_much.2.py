"""itertools.accumulate over the means"""
from itertools import accumulate

import numpy as np


def mean_baseline(returns):
    n = returns.shape[0]
    return (np.full((n, n), 1.0 / n) @ returns).astype(returns.dtype)


def leave_one_out_baseline(returns):
    n = len(returns)
    if n < 2:
        return np.zeros_like(returns)
    index = np.arange(n)
    return np.stack([returns[index != i].mean(axis=0) for i in index])


def exponential_baseline(returns, decay):
    means = returns.mean(axis=1).tolist()
    smooth = accumulate(means, lambda b, m: b + (1.0 - decay) * (m - b))
    return np.array([0.0, *smooth][: len(means)], dtype=returns.dtype)
