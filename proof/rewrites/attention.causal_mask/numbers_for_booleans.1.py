"""np.tril of ones, left as floats."""
import numpy as np


def causal_mask(time):
    # 1 where the query may attend, 0 in the future.
    ones = np.ones((time, time))
    mask = np.tril(ones)
    return mask
