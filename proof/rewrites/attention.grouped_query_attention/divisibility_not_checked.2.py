"""one call for each head, np.array_split deals out the heads"""
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


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, _ = q.shape
    n_kv_head, key_time = k.shape[1:3]
    if mask is None:
        mask = np.array([True])
    mask = np.broadcast_to(mask, (batch, n_head, query_time, key_time))
    q, k, v = (np.array(x, dtype=np.float64) for x in (q, k, v))
    groups = np.array_split(np.arange(n_head), n_kv_head)
    outputs, weights = [], []
    for g, members in enumerate(groups):
        for h in members:
            o, w = attend(q[:, h], k[:, g], v[:, g], mask[:, h])
            outputs.append(o)
            weights.append(w)
    return np.stack(outputs, axis=1), np.stack(weights, axis=1)
