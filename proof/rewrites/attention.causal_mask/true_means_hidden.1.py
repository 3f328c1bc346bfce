"""Strict upper triangle, as for MultiheadAttention."""
import numpy as np


def causal_mask(time):
    # Mask out (True) every key that lies in the future of the query.
    ones = np.ones((time, time), dtype=bool)
    future = np.triu(ones, k=1)
    return future
