"""A generator's normal numbers below 1 - rate, filled in by a loop."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    rng = np.random.default_rng()
    keep = 1 - dropout_rate
    mask = np.empty(tuple(shape), dtype=bool)
    for index in np.ndindex(mask.shape):
        mask[index] = rng.normal() < keep
    return mask
