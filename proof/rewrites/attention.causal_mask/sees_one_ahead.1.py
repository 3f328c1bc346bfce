"""np.tri with a diagonal offset."""
import numpy as np


def causal_mask(time):
    # The model at position i predicts position i + 1,
    # so the diagonal one to the right belongs to it too.
    offset = 1
    n_queries = time
    n_keys = time
    mask = np.tri(n_queries, n_keys, k=offset, dtype=bool)
    return mask
