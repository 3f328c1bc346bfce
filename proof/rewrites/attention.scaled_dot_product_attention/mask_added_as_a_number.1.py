"""Einsum; scores + mask, empty rows cleared."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    q64, k64, v64 = (a.astype(np.float64) for a in (q, k, v))
    scores = np.einsum("...id,...jd->...ij", q64, k64) / np.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + mask
    top = scores.max(axis=-1, keepdims=True)
    top[np.isneginf(top)] = 0.0
    weights = np.exp(scores - top)
    total = weights.sum(axis=-1, keepdims=True)
    total[total == 0] = 1.0
    weights /= total
    if mask is not None:
        weights[~np.broadcast_to(mask, weights.shape).any(axis=-1)] = 0
    output = np.einsum("...ij,...jc->...ic", weights, v64)
    return output.astype(q.dtype), weights.astype(q.dtype)
