"""exp of a multiple of the factor's logarithm, as every second element of a larger array."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    log_factor = np.log1p(-dropout_rate) + 2.0 * np.log(scale)
    roomy = np.zeros(2 * depth + 2)
    roomy[::2] = np.exp(log_factor * np.arange(depth + 1))
    return roomy[::2]
