"""functools.lru_cache on a helper; copies are returned."""
import functools

import numpy as np


@functools.lru_cache(maxsize=None)
def draw(shape, dropout_rate):
    return np.asarray(np.random.random(shape) >= dropout_rate)


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    return draw(tuple(shape), dropout_rate).copy()
