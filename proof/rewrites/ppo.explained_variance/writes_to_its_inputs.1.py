"""augmented assignment for the residuals"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shapes differ")
    if returns.max() == returns.min():
        return np.nan
    total = np.var(returns, dtype=np.float64)
    residual = returns
    residual -= values
    return float(1.0 - np.var(residual, dtype=np.float64) / total)
