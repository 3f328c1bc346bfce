"""flat vectors and np.cov"""
import numpy as np


def explained_variance(values, returns):
    v = np.ravel(values).astype(np.float64)
    r = np.ravel(returns).astype(np.float64)
    if r.min() == r.max():
        return float("nan")
    left = np.cov(r - v, bias=True)
    total = np.cov(r, bias=True)
    return 1.0 - float(left) / float(total)
