"""einsum of the centred columns"""
import numpy as np


def normalize_returns(returns):
    cols = np.array(returns, dtype=np.float64).reshape(len(returns), -1)
    constant = cols.max(axis=0) == cols.min(axis=0)
    cols -= cols.mean(axis=0)
    power = np.einsum("bt,bt->t", cols, cols) / len(cols)
    result = np.zeros_like(cols)
    np.divide(cols, power, out=result, where=~constant)
    return result.reshape(returns.shape).astype(returns.dtype)
