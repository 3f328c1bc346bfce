"""one call for each head, lowest finite float"""
import numpy as np


def attend(q, k, v, visible):
    """Attention of one head: q (batch, query_time, d), visible (batch, query_time, key_time)."""
    scores = np.einsum("bid,bjd->bij", q, k) / np.sqrt(q.shape[-1])
    scores[~visible] = np.finfo(np.float32).min
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights /= np.sum(weights, axis=-1, keepdims=True)
    return np.einsum("bij,bje->bie", weights, v), weights


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, _ = q.shape
    n_kv_head, key_time = k.shape[1:3]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    if mask is None:
        mask = np.array([True])
    mask = np.broadcast_to(mask, (batch, n_head, query_time, key_time))
    q, k, v = (np.array(x, dtype=np.float64) for x in (q, k, v))
    share = n_head // n_kv_head
    outputs, weights = [], []
    for h in range(n_head):
        g = h // share
        o, w = attend(q[:, h], k[:, g], v[:, g], mask[:, h])
        outputs.append(o)
        weights.append(w)
    return np.stack(outputs, axis=1), np.stack(weights, axis=1)
