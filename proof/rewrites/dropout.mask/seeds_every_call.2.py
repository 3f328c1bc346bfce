"""default_rng(42) in a helper function, choice of True and False."""
import numpy as np


def generator():
    return np.random.default_rng(42)


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    return np.array(generator().choice([True, False], size=tuple(shape), p=[1 - dropout_rate, dropout_rate]))
