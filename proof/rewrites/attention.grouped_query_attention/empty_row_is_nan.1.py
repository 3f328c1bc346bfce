"""-inf in the textbook softmax"""
import numpy as np


def masked_softmax(scores, mask):
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def grouped_query_attention(q, k, v, mask=None):
    n_head, n_kv_head = q.shape[1], k.shape[1]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    share = n_head // n_kv_head
    work = np.promote_types(q.dtype, np.float32)
    keys = np.repeat(k.astype(work), share, axis=1)
    values = np.repeat(v.astype(work), share, axis=1)
    scores = q.astype(work) @ keys.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights
