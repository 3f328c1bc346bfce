"""np.var along the steps, then means"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes differ")
    if np.all(returns == returns.flat[0]):
        return np.nan
    v = values.astype(np.float64)
    r = returns.astype(np.float64)
    unexplained = np.var(r - v, axis=0).mean()
    total = np.var(r, axis=0).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(1 - unexplained / total)
