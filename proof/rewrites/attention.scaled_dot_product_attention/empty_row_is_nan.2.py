"""Loops; an index array of the visible keys, 0/0 without any."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    shape = q.shape[:-1] + (k.shape[-2],)
    allowed = np.broadcast_to(np.array(True) if mask is None else mask, shape)
    weights = np.empty(shape)
    for index in np.ndindex(shape[:-1]):
        keys = k[index[:-1]].astype(float)
        scores = keys.dot(q[index].astype(float)) / np.sqrt(keys.shape[1])
        seen = allowed[index]
        top = max(scores[seen], default=0.0)
        exps = np.exp(np.where(seen, scores - top, -np.inf))
        weights[index] = exps / np.sum(exps)
    return weights @ v, weights
