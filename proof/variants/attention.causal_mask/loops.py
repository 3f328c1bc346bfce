"""One entry at a time."""
import numpy as np


def causal_mask(time):
    mask = np.zeros((time, time), dtype=bool)
    for i in range(time):
        for j in range(i + 1):
            mask[i, j] = True
    return mask
