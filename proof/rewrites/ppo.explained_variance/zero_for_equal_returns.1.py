"""early return, np.var"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes differ")
    if np.all(returns == returns.flat[0]):
        return 0.0
    r = returns.astype(np.float64)
    return float(1.0 - np.var(r - values.astype(np.float64)) / np.var(r))
