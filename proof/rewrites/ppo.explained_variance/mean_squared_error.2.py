"""residual and total sum of squares, python loop"""
import math

import numpy as np


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("values and returns must have one shape")
    v = np.asarray(values).ravel().tolist()
    r = np.asarray(returns).ravel().tolist()
    if min(r) == max(r):
        return math.nan
    centre = math.fsum(r) / len(r)
    residual = total = 0.0
    for a, b in zip(v, r):
        residual += (b - a) ** 2
        total += (b - centre) ** 2
    return 1.0 - residual / total
