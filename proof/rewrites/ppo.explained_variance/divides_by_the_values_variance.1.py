"""np.var twice"""
import numpy as np


def explained_variance(values, returns):
    if values.shape != returns.shape:
        raise ValueError("shape mismatch")
    if returns.max() == returns.min():
        return np.nan
    values = values.astype(np.float64)
    returns = returns.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 - np.var(returns - values) / np.var(values)
