"""least-squares line, residual of the fit"""
import numpy as np


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("shapes must agree")
    x = np.asarray(values, dtype=np.float64).ravel()
    y = np.asarray(returns, dtype=np.float64).ravel()
    if y.min() == y.max():
        return float("nan")
    x = x - x.mean()
    y = y - y.mean()
    sxx = x @ x
    slope = (x @ y) / sxx if sxx > 0 else 0.0
    residual = y - slope * x
    return float(1.0 - (residual @ residual) / (y @ y))
