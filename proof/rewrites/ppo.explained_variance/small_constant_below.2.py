"""means of squares, module constant"""
import numpy as np

TINY = float(np.finfo(np.float32).eps)


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("the shapes must be the same")
    actual = np.array(returns, dtype=np.float64)
    error = actual - np.array(values, dtype=np.float64)
    if actual.max() == actual.min():
        return float("nan")
    top = np.mean(np.square(error - np.mean(error)))
    bottom = np.mean(np.square(actual - np.mean(actual)))
    return float((bottom + TINY - top) / (bottom + TINY))
