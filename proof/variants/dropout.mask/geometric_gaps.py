"""Jumps from one dropped element to the next by geometric gaps over the flattened mask."""
import math

import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    size = math.prod(shape)
    kept = np.ones(size, dtype=np.bool_)
    if dropout_rate > 0:
        position = int(np.random.geometric(dropout_rate)) - 1
        while position < size:
            kept[position] = False
            position += int(np.random.geometric(dropout_rate))
    return kept.reshape(tuple(shape))
