"""Power over the layers counted from one."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    factor = np.float64((1.0 - dropout_rate) * scale ** 2)
    # One entry for each layer: 1, 2, ..., depth.
    layers = np.arange(1, depth + 1, dtype=np.float64)
    return factor ** layers
