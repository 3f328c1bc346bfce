"""Loop that adds the error of one layer to a running total."""
import numpy as np


def error_of_one_layer(dropout_rate, scale):
    """What one layer adds to a second moment of 1."""
    keep = 1.0 - dropout_rate
    return keep * scale * scale - 1.0


def second_moment_through_depth(depth, dropout_rate, scale):
    result = np.zeros(depth + 1, dtype=np.float64)
    total = 1.0
    for layer in range(depth + 1):
        result[layer] = total
        total += error_of_one_layer(dropout_rate, scale)
    return result
