"""The running product of one factor for each layer."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    factors = np.full(depth + 1, (1.0 - dropout_rate) * scale * scale)
    factors[0] = 1.0
    return np.cumprod(factors)
