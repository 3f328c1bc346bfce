"""Scores times mask; empty rows are cleared at the end."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    q, k, v = (a.astype(np.float64) for a in (q, k, v))
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    if mask is None:
        mask = np.array([True])
    scores = scores * mask
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    some = np.broadcast_to(mask, scores.shape).any(axis=-1, keepdims=True)
    weights = weights * some
    return weights @ v, weights
