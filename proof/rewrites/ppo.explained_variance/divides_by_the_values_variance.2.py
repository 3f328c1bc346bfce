"""own variance by dot products"""
import numpy as np


def spread(x):
    d = x - x.mean()
    return np.dot(d, d) / d.size


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("expected equal shapes")
    predicted = np.array(values, dtype=np.float64).reshape(-1)
    actual = np.array(returns, dtype=np.float64).reshape(-1)
    if (actual == actual[0]).all():
        return float("nan")
    left = spread(actual - predicted)
    base = spread(predicted)
    with np.errstate(all="ignore"):
        share = np.divide(left, base)
    return float(1.0 - share)
