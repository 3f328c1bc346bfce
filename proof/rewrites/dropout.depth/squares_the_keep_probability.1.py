"""Broadcast power with everything squared at once."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    keep = np.float64(1.0 - dropout_rate)
    # The mean changes by keep * scale, the mean square by its square.
    factor = (keep * scale) ** 2
    layers = np.arange(depth + 1, dtype=np.float64)
    return factor ** layers
