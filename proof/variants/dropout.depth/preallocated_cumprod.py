"""A preallocated float64 buffer of factors, multiplied up in place by np.multiply.accumulate."""
import numpy as np


def factor_per_layer(dropout_rate, scale):
    """Mean of (scale * m)^2 over the two values of the Bernoulli variable m."""
    values = np.array([0.0, scale], dtype=np.float64)
    probabilities = np.array([dropout_rate, 1.0 - dropout_rate], dtype=np.float64)
    return np.einsum("k,k,k->", values, values, probabilities)


def second_moment_through_depth(depth, dropout_rate, scale):
    result = np.empty(depth + 1, dtype=np.float64)
    result[0] = 1.0
    result[1:] = factor_per_layer(dropout_rate, scale)
    np.multiply.accumulate(result, out=result)
    return result
