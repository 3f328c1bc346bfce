"""Binomial draws are returned as they are."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    return np.asarray(np.random.binomial(1, 1 - dropout_rate, size=tuple(shape)))
