"""residual vectors, best and worst score at the border"""
import numpy as np


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("shapes differ")
    r = np.asarray(returns, dtype=np.float64).ravel()
    e = r - np.asarray(values, dtype=np.float64).ravel()
    if not np.ptp(r):
        # no spread in the returns: perfect if the errors have none either
        return 1.0 if not np.ptp(e) else 0.0
    r = r - r.mean()
    e = e - e.mean()
    return float(1.0 - np.inner(e, e) / np.inner(r, r))
