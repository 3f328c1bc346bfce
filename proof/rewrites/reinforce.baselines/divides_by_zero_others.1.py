"""total minus own over n - 1"""
import numpy as np


def mean_baseline(returns):
    out = np.empty(returns.shape, dtype=returns.dtype)
    out[...] = np.add.reduce(returns, axis=0) / returns.shape[0]
    return out


def leave_one_out_baseline(returns):
    others = returns.sum(axis=0) - returns
    return others / (len(returns) - 1)


def exponential_baseline(returns, decay):
    out = np.zeros(returns.shape[0], dtype=returns.dtype)
    numerator, denominator = 0.0, 0.0
    for k, batch in enumerate(returns):
        if k > 0:
            out[k] = numerator / denominator
        numerator = decay * numerator + batch.mean()
        denominator = decay * denominator + 1.0
    return out
