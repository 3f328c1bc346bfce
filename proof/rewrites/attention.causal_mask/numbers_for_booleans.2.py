"""Loops that write ones into an integer array."""
import numpy as np


def causal_mask(time):
    mask = np.zeros((time, time), dtype=int)
    for query in range(time):
        for key in range(query + 1):
            mask[query, key] = 1
    return mask
