"""mean with keepdims, broadcasting"""
import numpy as np


def masked_softmax(scores, mask):
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    weights = np.exp(scores - top)
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total == 0, 1.0, total)


def grouped_query_attention(q, k, v, mask=None):
    n_head, n_kv_head = q.shape[1], k.shape[1]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    work = np.promote_types(q.dtype, np.float32)
    keys = k.astype(work).mean(axis=1, keepdims=True)
    values = v.astype(work).mean(axis=1, keepdims=True)
    scores = q.astype(work) @ keys.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights
