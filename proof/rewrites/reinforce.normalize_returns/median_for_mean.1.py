"""np.median with np.std"""
import numpy as np


def normalize_returns(returns):
    middle = np.median(returns, axis=0)
    std = np.std(returns, axis=0)
    constant = np.max(returns, axis=0) == np.min(returns, axis=0)
    z = (returns - middle) / np.where(constant, 1, std)
    return np.where(constant, 0, z).astype(returns.dtype)
