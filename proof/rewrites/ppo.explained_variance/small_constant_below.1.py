"""np.var with an epsilon"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes differ")
    if np.all(returns == returns.flat[0]):
        return np.nan
    r = returns.astype(np.float64)
    return 1.0 - np.var(r - values) / (np.var(r) + 1e-8)
