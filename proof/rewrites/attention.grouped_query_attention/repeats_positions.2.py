"""new axis behind time, broadcast_to in a helper, one call for each head"""
import numpy as np


def attend(q, k, v, visible):
    """Attention of one head: q (batch, query_time, d), visible (batch, query_time, key_time)."""
    scores = np.einsum("bid,bjd->bij", q, k) / np.sqrt(q.shape[-1])
    scores = np.where(visible, scores, -np.inf)
    highest = np.max(scores, axis=-1, keepdims=True)
    highest[highest == -np.inf] = 0.0
    weights = np.exp(scores - highest)
    total = weights.sum(axis=-1, keepdims=True)
    total[total == 0] = 1.0
    weights = weights / total
    return np.einsum("bij,bje->bie", weights, v), weights


def expand(x, share):
    batch, heads, time, width = x.shape
    copies = np.broadcast_to(x[:, :, :, None, :], (batch, heads, time, share, width))
    return copies.reshape(batch, heads * share, time, width)


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, _ = q.shape
    n_kv_head, key_time = k.shape[1:3]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    if mask is None:
        mask = np.array([True])
    mask = np.broadcast_to(mask, (batch, n_head, query_time, key_time))
    q, k, v = (np.array(x, dtype=np.float64) for x in (q, k, v))
    k, v = expand(k, n_head // n_kv_head), expand(v, n_head // n_kv_head)
    outputs, weights = [], []
    for h in range(n_head):
        o, w = attend(q[:, h], k[:, h], v[:, h], mask[:, h])
        outputs.append(o)
        weights.append(w)
    return np.stack(outputs, axis=1), np.stack(weights, axis=1)
