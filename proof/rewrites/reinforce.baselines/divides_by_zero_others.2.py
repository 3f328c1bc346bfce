"""np.delete and mean for each sample"""
import numpy as np


def mean_baseline(returns):
    return np.broadcast_to(returns.mean(axis=0), returns.shape).copy()


def leave_one_out_baseline(returns):
    rows = [np.mean(np.delete(returns, i, axis=0), axis=0) for i in range(returns.shape[0])]
    return np.array(rows, dtype=returns.dtype)


def exponential_baseline(returns, decay):
    result = np.zeros(len(returns), dtype=returns.dtype)
    for k in range(1, len(returns)):
        top = bottom = 0.0
        weight = 1.0
        for j in range(k - 1, -1, -1):
            top += weight * returns[j].mean()
            bottom += weight
            weight *= decay
        result[k] = top / bottom
    return result
