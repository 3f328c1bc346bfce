"""centring matrix"""
import numpy as np


def normalize_returns(returns):
    n = len(returns)
    centring = np.eye(n) - np.full((n, n), 1.0 / n)
    # relative to the first sample, so that equal returns stay exactly equal
    relative = returns.astype(np.float64) - returns[0]
    return (centring @ relative).astype(returns.dtype)
