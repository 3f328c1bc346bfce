"""Cumulative sum of the identity down the queries, an einsum, then a comparison."""
import numpy as np


def causal_mask(time):
    # Key j becomes visible at query j and stays visible for all later queries.
    arrival = np.eye(time)
    ones = np.ones(time)
    seen_so_far = np.cumsum(arrival, axis=0)
    counts = np.einsum("ij,j->ij", seen_so_far, ones)
    return counts > 0.5
