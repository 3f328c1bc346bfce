"""sums about the mean, looks at the variance"""
import numpy as np


def mean_square_about_mean(x):
    x = x.ravel()
    centre = np.add.reduce(x) / x.size
    return float(np.add.reduce((x - centre) ** 2) / x.size)


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("shapes differ")
    r = np.asarray(returns, dtype=np.float64)
    total = mean_square_about_mean(r)
    if total == 0.0:
        return float("nan")
    left = mean_square_about_mean(r - np.asarray(values, dtype=np.float64))
    return 1.0 - left / total
