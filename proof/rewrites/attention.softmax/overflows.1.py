"""The formula of the statement in keepdims style, one step per line."""
import numpy as np


def softmax(x, axis=-1):
    # float64 has more room than float16
    scores = x.astype(np.float64)
    powers = np.exp(scores)
    total = np.sum(powers, axis=axis, keepdims=True)
    weights = powers / total
    # same dtype as the input
    return weights.astype(x.dtype)
