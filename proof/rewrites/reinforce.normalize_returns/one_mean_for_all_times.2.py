"""flatten, accumulate sums in Python, reshape"""
import math

import numpy as np


def normalize_returns(returns):
    values = [float(v) for v in returns.flatten()]
    count = len(values)
    mean = math.fsum(values) / count
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / count)
    if deviation < 1e-3:
        return np.zeros(returns.shape, dtype=returns.dtype)
    scaled = [(v - mean) / deviation for v in values]
    return np.array(scaled, dtype=returns.dtype).reshape(returns.shape)
