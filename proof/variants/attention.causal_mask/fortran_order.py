"""A Fortran-ordered array, filled one column (key) at a time from its own position on."""
import numpy as np


def causal_mask(time):
    mask = np.empty((time, time), dtype=np.bool_, order="F")
    for key in range(time):
        # Queries before the key must not see it; the others may.
        mask[:key, key] = False
        mask[key:, key] = True
    return mask
