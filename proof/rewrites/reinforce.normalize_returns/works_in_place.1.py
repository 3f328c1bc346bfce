"""augmented subtraction, then a division"""
import numpy as np


def normalize_returns(returns):
    equal = np.all(returns == returns[0], axis=0)
    returns -= returns.mean(axis=0)
    std = np.sqrt(np.mean(returns ** 2, axis=0))
    std = np.where(equal, 1, std).astype(returns.dtype)
    return np.where(equal, 0, returns / std).astype(returns.dtype)
