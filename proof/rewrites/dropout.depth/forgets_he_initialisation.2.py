"""Loop with one helper for ReLU and one for dropout."""
import numpy as np


def after_relu(moment):
    """ReLU sets the negative half to zero."""
    return moment / 2.0


def after_dropout(moment, dropout_rate, scale):
    return moment * (1.0 - dropout_rate) * scale * scale


def second_moment_through_depth(depth, dropout_rate, scale):
    result = np.ones(depth + 1, dtype=np.float64)
    for layer in range(depth):
        activated = after_relu(result[layer])
        result[layer + 1] = after_dropout(activated, dropout_rate, scale)
    return result
