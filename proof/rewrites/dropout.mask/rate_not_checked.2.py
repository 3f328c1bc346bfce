"""Only the upper end is checked; a loop with its own generator."""
import numpy as np

rng = np.random.default_rng(7)


def dropout_mask(shape, dropout_rate):
    if dropout_rate >= 1:
        raise ValueError("nothing would be left")
    mask = np.zeros(tuple(shape), dtype=bool)
    for index in np.ndindex(mask.shape):
        mask[index] = rng.random() >= dropout_rate
    return mask
