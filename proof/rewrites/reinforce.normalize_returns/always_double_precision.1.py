"""cast to float first, then mean and std"""
import numpy as np


def normalize_returns(returns):
    x = np.asarray(returns, dtype=float)
    mean = x.mean(axis=0)
    std = x.std(axis=0)
    equal = x.max(axis=0) == x.min(axis=0)
    return np.where(equal, 0.0, (x - mean) / np.where(equal, 1.0, std))
