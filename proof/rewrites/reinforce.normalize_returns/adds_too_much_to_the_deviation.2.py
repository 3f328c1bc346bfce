"""as in layer norm, root of variance plus epsilon"""
import numpy as np


def normalize_returns(returns):
    eps = 1e-5
    x = returns.astype(np.float64)
    x = x - x.mean(axis=0)
    inv = 1.0 / np.sqrt(np.mean(np.square(x), axis=0) + eps)
    y = np.where(returns.max(axis=0) == returns.min(axis=0), 0.0, x * inv)
    return y.astype(returns.dtype)
