"""A new unseeded default_rng() in every call, 32-bit uniform numbers, result as a Fortran-ordered array."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not (dropout_rate >= 0 and dropout_rate < 1):
        raise ValueError("rate outside [0, 1)")
    rng = np.random.default_rng()
    dropped = np.asarray(rng.random(tuple(shape), dtype=np.float32) < np.float32(dropout_rate))
    return np.array(~dropped, order="F")
