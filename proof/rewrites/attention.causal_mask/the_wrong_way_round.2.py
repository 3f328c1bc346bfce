"""Loops that take the first index for the key and the second for the query."""
import numpy as np


def may_attend(query, key):
    return key <= query


def causal_mask(time):
    mask = np.zeros((time, time), dtype=bool)
    for key in range(time):
        for query in range(time):
            mask[key, query] = may_attend(query, key)
    return mask
