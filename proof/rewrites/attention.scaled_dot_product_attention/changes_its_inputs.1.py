"""q /= in place, then helper functions."""
import numpy as np


def softmax(x, allowed):
    """Softmax over the last axis of x where allowed, 0 elsewhere."""
    top = np.max(x, axis=-1, keepdims=True, where=allowed, initial=-np.inf)
    exps = np.zeros_like(x)
    np.exp(x - top, out=exps, where=allowed)
    total = exps.sum(axis=-1, keepdims=True)
    return np.divide(exps, total, out=np.zeros_like(exps), where=total > 0)


def get_scores(q, k):
    wide = np.promote_types(q.dtype, np.float32)
    return np.matmul(q.astype(wide), np.swapaxes(k, -1, -2).astype(wide))


def scaled_dot_product_attention(q, k, v, mask=None):
    q /= np.sqrt(k.shape[-1]).astype(q.dtype)
    scores = get_scores(q, k)
    allowed = np.broadcast_to(True if mask is None else mask, scores.shape)
    weights = softmax(scores, allowed)
    return np.matmul(weights, v), weights
