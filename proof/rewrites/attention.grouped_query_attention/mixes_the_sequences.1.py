"""np.tile along the batch, reshape, matmul"""
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
    share = n_head // n_kv_head
    work = np.promote_types(q.dtype, np.float32)
    keys = np.tile(k.astype(work), (share, 1, 1, 1)).reshape(k.shape[0], n_head, *k.shape[2:])
    values = np.tile(v.astype(work), (share, 1, 1, 1)).reshape(v.shape[0], n_head, *v.shape[2:])
    scores = q.astype(work) @ keys.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights
