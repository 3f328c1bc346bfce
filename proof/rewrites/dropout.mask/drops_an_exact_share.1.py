"""choice without replacement of the indices to drop."""
import math

import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    size = math.prod(shape)
    mask = np.ones(size, dtype=bool)
    dropped = np.random.choice(size, int(size * dropout_rate), replace=False) if size else []
    mask[dropped] = False
    return mask.reshape(tuple(shape))
