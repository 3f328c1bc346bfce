"""np.var"""
import numpy as np


def normalize_returns(returns):
    mean, variance = returns.mean(axis=0), returns.var(axis=0)
    equal = (returns == returns[0]).all(axis=0)
    divisor = np.where(equal, 1, variance).astype(returns.dtype)
    normed = (returns - mean) / divisor
    return np.where(equal, np.zeros_like(normed), normed)
