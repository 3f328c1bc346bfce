"""Power of a factor over an array of layers."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    keep = 1.0 - dropout_rate
    # Dropout keeps a share of the signal and scales it up.
    factor = keep * scale
    layers = np.arange(depth + 1, dtype=np.float64)
    return np.power(np.float64(factor), layers)
