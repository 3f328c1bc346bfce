"""norms of the centred vectors"""
import numpy as np


def centred(x):
    x = np.asarray(x, dtype=np.float64).ravel()
    return x - x.mean()


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("values and returns must match in shape")
    first = np.ravel(returns)[0]
    if not np.any(np.ravel(returns) != first):
        return float("nan")
    target = centred(returns)
    error = centred(np.asarray(returns, np.float64) - np.asarray(values, np.float64))
    return 1.0 - float(np.linalg.norm(error) / np.linalg.norm(target))
