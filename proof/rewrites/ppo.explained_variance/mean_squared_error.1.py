"""array operations, residuals squared"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError(f"shapes differ: {values.shape} and {returns.shape}")
    if np.all(returns == returns.flat[0]):
        return float("nan")
    r = returns.astype(np.float64)
    v = values.astype(np.float64)
    error = np.mean((r - v) ** 2)
    return float(1.0 - error / np.var(r))
