"""einsum over five axes (group, place in the group); keys are never copied."""
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
    if mask is not None:
        mask = np.broadcast_to(mask, (batch, n_head, query_time, key_time))
        scores[~mask.reshape(scores.shape)] = -np.inf
    top = np.nan_to_num(scores.max(axis=-1, keepdims=True), neginf=0.0)
    weights = np.exp(scores - top)
    total = weights.sum(axis=-1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    output = np.einsum("bgrij,bgje->bgrie", weights, v)
    output = output.reshape(batch, n_head, query_time, value_dim)
    return output, weights.reshape(batch, n_head, query_time, key_time)
