"""Vectorised, converts to float64 and stays there."""
import numpy as np


def softmax(x, axis=-1):
    # float64 for precision
    scores = x.astype(np.float64)
    # shift against overflow
    top = np.max(scores, axis=axis, keepdims=True)
    powers = np.exp(scores - top)
    total = np.sum(powers, axis=axis, keepdims=True)
    return powers / total
