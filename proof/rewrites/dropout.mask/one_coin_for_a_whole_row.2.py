"""A loop along the first axis, one coin each."""
import numpy as np

rng = np.random.default_rng()


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    mask = np.zeros(tuple(shape), dtype=bool)
    if mask.ndim == 0:
        return np.array(rng.random() >= dropout_rate)
    for i in range(len(mask)):
        mask[i] = rng.random() >= dropout_rate
    return mask
