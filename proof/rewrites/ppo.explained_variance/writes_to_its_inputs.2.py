"""centred arrays, einsum"""
import numpy as np


def centre(x):
    x -= x.mean(dtype=np.float64).astype(x.dtype)
    return x


def sum_of_squares(x):
    x = np.asarray(x, dtype=np.float64).ravel()
    x = x - x.mean()
    return np.einsum("i,i->", x, x)


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("shapes differ")
    if (returns == returns.ravel()[0]).all():
        return float("nan")
    error = np.subtract(returns, values, dtype=np.float64)
    total = sum_of_squares(centre(returns))
    return float(1.0 - sum_of_squares(error) / total)
