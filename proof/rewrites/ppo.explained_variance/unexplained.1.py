"""one ratio of np.var"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError(f"{values.shape} != {returns.shape}")
    if np.all(returns == returns.reshape(-1)[0]):
        return np.nan
    residual = returns.astype(np.float64) - values.astype(np.float64)
    return np.var(residual) / np.var(returns.astype(np.float64))
