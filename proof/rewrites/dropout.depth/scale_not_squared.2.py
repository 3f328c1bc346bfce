"""Loop with a helper for one layer."""
import numpy as np


def one_layer(moment, dropout_rate, scale):
    """Only the kept share survives; what survives is scaled."""
    kept = moment * (1.0 - dropout_rate)
    return scale * kept


def second_moment_through_depth(depth, dropout_rate, scale):
    result = np.ones(depth + 1, dtype=np.float64)
    for layer in range(1, depth + 1):
        result[layer] = one_layer(result[layer - 1], dropout_rate, scale)
    return result
