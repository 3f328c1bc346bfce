"""A loop over a flat list, own generator, binomial draws."""
import math

import numpy as np

rng = np.random.default_rng()


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    flat = [rng.binomial(1, dropout_rate) == 1 for _ in range(math.prod(shape))]
    return np.array(flat, dtype=bool).reshape(tuple(shape))
