"""One draw for the last axis, broadcast."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    row = np.random.random(tuple(shape)[-1:]) >= dropout_rate
    return np.broadcast_to(row, tuple(shape)).copy()
