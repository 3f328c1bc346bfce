"""A list of the same first row, stacked along axis 0."""
import numpy as np

rng = np.random.default_rng()


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    if len(shape) < 2:
        return np.asarray(rng.random(tuple(shape)) >= dropout_rate)
    first = rng.random(tuple(shape[1:])) >= dropout_rate
    mask = np.zeros(tuple(shape), dtype=bool)
    for i in range(shape[0]):
        mask[i] = first
    return mask
