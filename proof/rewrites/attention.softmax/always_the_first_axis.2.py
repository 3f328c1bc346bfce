"""Adds up x[0], x[1], ... in a Python loop."""
import numpy as np


def softmax(x, axis=-1):
    scores = [np.asarray(part, dtype=np.float64) for part in x]
    largest = scores[0]
    for part in scores[1:]:
        largest = np.maximum(largest, part)
    powers = [np.exp(part - largest) for part in scores]
    total = np.zeros(x.shape[1:])
    for p in powers:
        total = total + p
    return np.array([p / total for p in powers], dtype=x.dtype)
