"""Loops, one key (column) at a time."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    n_queries, n_keys = q.shape[-2], k.shape[-2]
    shape = q.shape[:-1] + (n_keys,)
    allowed = np.ones(shape, bool) if mask is None else np.broadcast_to(mask, shape)
    weights = np.zeros(shape)
    for batch in np.ndindex(shape[:-2]):
        scores = np.inner(q[batch].astype(float), k[batch].astype(float)) / q.shape[-1] ** 0.5
        for j in range(n_keys):
            seen = allowed[batch][:, j]
            if seen.any():
                column = np.exp(scores[seen, j] - scores[seen, j].max())
                weights[batch][seen, j] = column / column.sum()
    return np.matmul(weights, v), weights
