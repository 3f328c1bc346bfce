"""keepdims style with EPSILON = 1e-9."""
import numpy as np

EPSILON = 1e-9


def softmax(x, axis=-1):
    scores = x.astype(np.float64)
    top = scores.max(axis=axis, keepdims=True)
    powers = np.exp(scores - top)
    # avoid a division by zero
    total = powers.sum(axis=axis, keepdims=True) + EPSILON
    return (powers / total).astype(x.dtype)
