"""Cumulative product of equal factors."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    # He keeps the second moment; dropout scales each element by `scale`,
    # so each square grows by scale squared.
    factors = np.full(depth + 1, float(scale) * float(scale), dtype=np.float64)
    factors[0] = 1.0
    return np.cumprod(factors)
