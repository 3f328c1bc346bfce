"""Ranks of uniform numbers: the lowest share goes."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    numbers = np.random.default_rng().random(tuple(shape))
    ranks = numbers.ravel().argsort().argsort().reshape(numbers.shape)
    return np.asarray(ranks >= round(dropout_rate * numbers.size))
