"""Plain Python loops over queries and keys, writing one entry at a time."""
import numpy as np


def causal_mask(time):
    mask = np.zeros((time, time), dtype=bool)
    for query in range(time):
        for key in range(time):
            if key <= query:
                mask[query, key] = True
    return mask
