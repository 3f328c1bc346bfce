"""np.std twice"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes differ")
    if returns.min() == returns.max():
        return np.nan
    v, r = np.float64(values), np.float64(returns)
    return float(1.0 - np.std(r - v) / np.std(r))
