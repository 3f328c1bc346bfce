"""Cumulative product with a factor for each part of the layer."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    relu = 0.5  # a symmetric input loses half of its second moment
    dropout = (1.0 - dropout_rate) * scale ** 2
    factors = np.ones(depth + 1, dtype=np.float64)
    factors[1:] = relu * dropout
    return np.cumprod(factors)
