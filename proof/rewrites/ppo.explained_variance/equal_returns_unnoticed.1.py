"""the formula as it stands"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes differ")
    v = values.astype(np.float64)
    r = returns.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1.0 - np.var(r - v) / np.var(r)
