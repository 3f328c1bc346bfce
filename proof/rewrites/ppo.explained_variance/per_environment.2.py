"""one score for each column, averaged"""
import numpy as np


def column_score(v, r):
    d = r - v
    return 1.0 - d.var() / r.var()


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("shapes differ")
    if np.min(returns) == np.max(returns):
        return float("nan")
    steps = returns.shape[0]
    v = np.asarray(values, dtype=np.float64).reshape(steps, -1)
    r = np.asarray(returns, dtype=np.float64).reshape(steps, -1)
    scores = [column_score(v[:, e], r[:, e]) for e in range(r.shape[1]) if np.ptp(r[:, e]) > 0]
    if not scores:
        return float("nan")
    return float(np.mean(scores))
