"""Vectorised line through the layers."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    factor = (1.0 - dropout_rate) * scale ** 2
    # Each layer changes the second moment by the same amount.
    change = factor - 1.0
    layers = np.arange(depth + 1, dtype=np.float64)
    return 1.0 + layers * change
