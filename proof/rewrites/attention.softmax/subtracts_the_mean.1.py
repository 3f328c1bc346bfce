"""Centres each slice with mean(keepdims=True)."""
import numpy as np


def softmax(x, axis=-1):
    scores = x.astype(np.float64)
    # centre each slice around zero, so that exp stays moderate
    centre = scores.mean(axis=axis, keepdims=True)
    powers = np.exp(scores - centre)
    total = powers.sum(axis=axis, keepdims=True)
    weights = powers / total
    return weights.astype(x.dtype)
