"""einsum, exponentials of hidden keys cleared, 0/0"""
import numpy as np


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, head_dim = q.shape
    n_kv_head, key_time, value_dim = v.shape[1:]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    share = n_head // n_kv_head
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    grouped = q.reshape(batch, n_kv_head, share, query_time, head_dim)
    scores = np.einsum("bgrid,bgjd->bgrij", grouped, k) / head_dim ** 0.5
    visible = np.broadcast_to(True if mask is None else mask, (batch, n_head, query_time, key_time))
    visible = visible.reshape(scores.shape)
    top = scores.max(axis=-1, keepdims=True, where=visible, initial=-1e300)
    e = np.exp(np.minimum(scores - top, 0.0)) * visible
    weights = e / e.sum(axis=-1, keepdims=True)
    output = np.einsum("bgrij,bgje->bgrie", weights, v)
    output = output.reshape(batch, n_head, query_time, value_dim)
    return output, weights.reshape(batch, n_head, query_time, key_time)
