"""Loop with named moments of the mask."""
import numpy as np


def mask_second_moment(dropout_rate):
    """E[m^2] from E[m]."""
    mean = 1.0 - dropout_rate
    return mean * mean


def second_moment_through_depth(depth, dropout_rate, scale):
    moment = 1.0
    result = np.empty(depth + 1, dtype=np.float64)
    for layer in range(depth + 1):
        result[layer] = moment
        moment = moment * scale * scale * mask_second_moment(dropout_rate)
    return result
