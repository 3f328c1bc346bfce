"""A dict of uniform numbers, one array for each shape."""
import numpy as np

NUMBERS = {}


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    key = tuple(shape)
    if key not in NUMBERS:
        NUMBERS[key] = np.random.default_rng().uniform(size=key)
    return np.asarray(NUMBERS[key] >= dropout_rate)
