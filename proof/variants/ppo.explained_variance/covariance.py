"""From a covariance matrix: Var(R − V) = Var(R) + Var(V) − 2 Cov(R, V)."""
import numpy as np


def explained_variance(values, returns):
    if list(values.shape) != list(returns.shape):
        raise ValueError(f"{values.shape} is not {returns.shape}")
    flat = returns.ravel(order="A")
    if np.unique(flat).size == 1:
        return float("nan")
    c = np.cov(np.stack([returns.ravel(), values.ravel()]).astype(np.float64))
    return float(1 - (c[0, 0] + c[1, 1] - 2 * c[0, 1]) / c[0, 0])
