"""formula with np.var"""
import numpy as np


def explained_variance(values, returns):
    if np.all(returns == returns.flat[0]):
        return np.nan
    values = values.astype(np.float64)
    returns = returns.astype(np.float64)
    return float(1.0 - np.var(returns - values) / np.var(returns))
