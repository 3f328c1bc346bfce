"""hollow averaging matrix"""
import numpy as np


def _apply(weights, returns):
    return np.tensordot(weights, returns, axes=(1, 0)).astype(returns.dtype)


def mean_baseline(returns):
    n = returns.shape[0]
    return _apply(np.full((n, n), 1 / n), returns)


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    averaging = np.full((n, n), 1 / n)
    np.fill_diagonal(averaging, 0.0)
    return _apply(averaging, returns)


def exponential_baseline(returns, decay):
    means = returns.mean(axis=1)
    values = [0.0]
    for k in range(1, len(means)):
        values.append(np.polyval(means[:k], decay) / np.polyval(np.ones(k), decay))
    return np.array(values, dtype=returns.dtype)
