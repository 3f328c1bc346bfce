"""Power of a factor, with the argument used directly."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    # E[m^2] = E[m] = p for a Bernoulli mask.
    p = np.float64(dropout_rate)
    factor = p * np.float64(scale) ** 2
    layers = np.arange(depth + 1)
    return factor ** layers
