"""Broadcast comparison of positions."""
import numpy as np


def causal_mask(time):
    positions = np.arange(time)
    # One row for each query, one column for each key.
    query = positions[:, np.newaxis]
    key = positions[np.newaxis, :]
    # Only keys that came before the query are visible.
    mask = key < query
    return mask
