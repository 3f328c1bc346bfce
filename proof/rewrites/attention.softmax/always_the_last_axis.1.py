"""keepdims style with axis=-1 written out."""
import numpy as np


def softmax(x, axis=-1):
    scores = x.astype(np.float64)
    # largest number of each slice
    top = scores.max(axis=-1, keepdims=True)
    powers = np.exp(scores - top)
    total = powers.sum(axis=-1, keepdims=True)
    weights = powers / total
    return weights.astype(x.dtype)
