"""np.triu of an array full of -inf."""
import numpy as np


def causal_mask(time):
    # To be added to the scores before the softmax: exp(-inf) is 0.
    minus_infinity = np.full((time, time), -np.inf)
    mask = np.triu(minus_infinity, k=1)
    return mask
