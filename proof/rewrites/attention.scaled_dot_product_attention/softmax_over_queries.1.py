"""Key-by-query scores with a softmax over the last axis."""
import numpy as np


def softmax(x):
    top = x.max(axis=-1, keepdims=True)
    top = np.where(np.isneginf(top), 0, top)
    e = np.exp(x - top)
    s = e.sum(axis=-1, keepdims=True)
    return e / np.where(s == 0, 1, s)


def scaled_dot_product_attention(q, k, v, mask=None):
    q, k, v = (a.astype(np.float64) for a in (q, k, v))
    scores = k @ q.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    if mask is not None:
        allowed = np.broadcast_to(mask, q.shape[:-1] + (k.shape[-2],))
        scores = np.where(allowed.swapaxes(-1, -2), scores, -np.inf)
    weights = softmax(scores).swapaxes(-1, -2)
    return weights @ v, weights
