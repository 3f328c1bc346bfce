"""Loops that only ask whether the key is a position of the sequence."""
import numpy as np


def exists(position, time):
    return 0 <= position < time


def causal_mask(time):
    mask = np.zeros((time, time), dtype=bool)
    for query in range(time):
        for key in range(time):
            mask[query, key] = exists(query, time) and exists(key, time)
    return mask
