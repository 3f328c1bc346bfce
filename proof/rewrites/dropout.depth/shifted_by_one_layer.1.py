"""Cumulative product of equal factors."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    keep = 1.0 - dropout_rate
    factor = keep * scale ** 2
    # depth + 1 entries, each one layer further than the one before.
    factors = np.full(depth + 1, factor, dtype=np.float64)
    return np.cumprod(factors)
