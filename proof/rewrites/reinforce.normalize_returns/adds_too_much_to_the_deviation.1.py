"""epsilon beside the std, equal columns masked"""
import numpy as np


EPS = 1e-5


def normalize_returns(returns):
    mean = returns.mean(axis=0)
    std = returns.std(axis=0)
    scaled = (returns - mean) / (std + EPS)
    all_equal = np.all(returns == returns[:1], axis=0)
    return np.where(all_equal, 0, scaled).astype(returns.dtype)
