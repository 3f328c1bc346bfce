"""moves towards each new mean by a step, arrays of weights"""
import numpy as np


def mean_baseline(returns):
    out = np.empty(returns.shape, dtype=returns.dtype)
    out[...] = np.add.reduce(returns, axis=0) / returns.shape[0]
    return out


def leave_one_out_baseline(returns):
    n = len(returns)
    if n < 2:
        return np.zeros_like(returns)
    index = np.arange(n)
    return np.stack([returns[index != i].mean(axis=0) for i in index])


def exponential_baseline(returns, decay):
    m = returns.mean(axis=1)
    baseline = np.zeros(m.shape, dtype=returns.dtype)
    weights = np.zeros(0)
    for k in range(1, len(m)):
        # what was there fades by one step, the new batch comes in with 1
        weights = np.append(weights * (1 - decay), 1.0)
        baseline[k] = weights @ m[:k] / weights.sum()
    return baseline
