"""Fills the beginning of each row with a slice."""
import numpy as np


def causal_mask(time):
    mask = np.zeros((time, time), dtype=bool)
    for i in range(time):
        # The query at position i has i positions in its past.
        past = slice(0, i)
        mask[i, past] = True
    return mask
