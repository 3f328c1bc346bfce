"""np.where between normed and given"""
import numpy as np


def normalize_returns(returns):
    mean = returns.mean(axis=0)
    std = returns.std(axis=0)
    equal = np.ptp(returns, axis=0) == 0
    normed = (returns - mean) / np.where(equal, 1, std)
    return np.where(equal, returns, normed).astype(returns.dtype)
