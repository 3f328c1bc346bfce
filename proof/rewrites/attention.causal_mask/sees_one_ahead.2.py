"""While loop that stops a row after the last visible key."""
import numpy as np


def causal_mask(time):
    mask = np.zeros((time, time), dtype=bool)
    for query in range(time):
        last_visible = min(query + 1, time - 1)
        key = 0
        while key <= last_visible:
            mask[query, key] = True
            key += 1
    return mask
