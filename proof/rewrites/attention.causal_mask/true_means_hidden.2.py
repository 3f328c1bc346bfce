"""Nested list of comparisons built by a helper."""
import numpy as np


def is_masked(query, key):
    """A key is masked if it comes after the query."""
    return key > query


def causal_mask(time):
    rows = []
    for query in range(time):
        rows.append([is_masked(query, key) for key in range(time)])
    return np.array(rows, dtype=bool)
