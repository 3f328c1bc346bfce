"""A float array of ones with zeros put in by a loop."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    mask = np.ones(tuple(shape))
    for index in np.ndindex(mask.shape):
        if np.random.uniform() < dropout_rate:
            mask[index] = 0.0
    return mask
