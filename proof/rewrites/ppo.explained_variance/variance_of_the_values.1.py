"""ratio of two np.var"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("values and returns differ in shape")
    if np.ptp(returns) == 0:
        return np.nan
    explained = np.var(values, dtype=np.float64)
    total = np.var(returns, dtype=np.float64)
    return float(explained / total)
