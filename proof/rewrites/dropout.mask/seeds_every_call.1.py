"""np.random.seed in the function, a loop over the elements."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    np.random.seed(0)
    mask = np.ones(tuple(shape), dtype=bool)
    for index in np.ndindex(mask.shape):
        mask[index] = np.random.rand() >= dropout_rate
    return mask
