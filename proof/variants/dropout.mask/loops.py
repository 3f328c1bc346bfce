"""One uniform number for each element, drawn in a Python loop."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if dropout_rate < 0 or dropout_rate >= 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    mask = np.zeros(tuple(shape), dtype=bool)
    for index in np.ndindex(*shape):
        if np.random.random() >= dropout_rate:
            mask[index] = True
    return mask
