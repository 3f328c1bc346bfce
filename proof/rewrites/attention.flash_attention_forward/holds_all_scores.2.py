"""All scores from one einsum, then an online softmax over slices of them."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    query_time, key_time = len(q), len(k)
    if causal and query_time != key_time:
        raise ValueError("causal attention needs as many queries as keys")
    all_scores = np.einsum("id,jd->ij", q, k, dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        later = np.arange(key_time) > np.arange(query_time)[:, None]
        all_scores[later] = -np.inf
    maximum = np.full((query_time, 1), -np.inf)
    total = np.zeros((query_time, 1))
    weighted = np.zeros((query_time, v.shape[1]))
    for start in range(0, query_time, block_size):
        rows = slice(start, start + block_size)
        for first in range(0, key_time, block_size):
            tile = all_scores[rows, first:first + block_size]
            new = np.maximum(maximum[rows], tile.max(axis=1, keepdims=True))
            shrink = np.exp(maximum[rows] - new)
            exps = np.exp(tile - new)
            total[rows] = total[rows] * shrink + exps.sum(axis=1, keepdims=True)
            weighted[rows] = weighted[rows] * shrink + exps @ v[first:first + block_size]
            maximum[rows] = new
    return (weighted / total).astype(q.dtype), (maximum + np.log(total))[:, 0].astype(q.dtype)
