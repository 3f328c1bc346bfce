"""Loop that applies the layer and then stores the moment."""
import numpy as np


def apply_layer(moment, dropout_rate, scale):
    """Dropout keeps a share of the squares, and scales each of them."""
    return (1.0 - dropout_rate) * scale * scale * moment


def second_moment_through_depth(depth, dropout_rate, scale):
    result = np.empty(depth + 1, dtype=np.float64)
    moment = 1.0
    for layer in range(depth + 1):
        moment = apply_layer(moment, dropout_rate, scale)
        result[layer] = moment
    return result
