"""Nested comprehension comparing query and key positions."""
import numpy as np


def row_for(query, time):
    """The visible keys of one query, as a list of booleans."""
    return [key == query for key in range(time)]


def causal_mask(time):
    rows = [row_for(query, time) for query in range(time)]
    return np.array(rows, dtype=bool)
