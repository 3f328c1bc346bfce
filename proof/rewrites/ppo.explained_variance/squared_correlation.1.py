"""np.corrcoef"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes must agree")
    v = values.ravel().astype(np.float64)
    r = returns.ravel().astype(np.float64)
    if np.all(r == r[0]):
        return float("nan")
    if np.all(v == v[0]):
        return 0.0
    return float(np.corrcoef(v, r)[0, 1] ** 2)
