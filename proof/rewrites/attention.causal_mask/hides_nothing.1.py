"""An array of ones of dtype bool."""
import numpy as np


def causal_mask(time):
    # True means "may attend": each query may attend to each key.
    n_queries = time
    n_keys = time
    mask = np.ones((n_queries, n_keys), dtype=bool)
    return mask
