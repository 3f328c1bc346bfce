"""Keys come first internally (scores of shape (..., key, query)); returns Fortran-ordered output and a transposed view of weights."""
import numpy as np


def scaled_dot_product_attention(q, k, v, mask=None):
    wide = np.float64
    shape = q.shape[:-1] + (k.shape[-2],)
    allowed = np.broadcast_to(True if mask is None else mask, shape).swapaxes(-1, -2)
    scores = k.astype(wide) @ q.astype(wide).swapaxes(-1, -2) * q.shape[-1] ** -0.5
    top = scores.max(axis=-2, keepdims=True, where=allowed, initial=-np.inf)
    top = np.where(allowed.any(axis=-2, keepdims=True), top, 0.0)
    exps = np.zeros_like(scores)
    np.exp(scores - top, out=exps, where=allowed)
    total = exps.sum(axis=-2, keepdims=True)
    weights = (exps / np.where(total > 0, total, 1)).swapaxes(-1, -2)
    return np.asfortranarray(weights @ v.astype(wide)), weights
