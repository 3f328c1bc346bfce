"""Plain loops over tiles of queries and of keys."""
import numpy as np


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    query_time, head_dim = q.shape
    key_time, value_dim = v.shape
    if causal and query_time != key_time:
        raise ValueError("causal attention needs as many queries as keys")
    output = np.zeros((query_time, value_dim), dtype=q.dtype)
    logsumexp = np.zeros(query_time, dtype=q.dtype)
    for start in range(0, query_time, block_size):
        stop = min(start + block_size, query_time)
        queries = q[start:stop].astype(np.float64)
        all_lse = np.full(stop - start, -np.inf)
        summed = np.zeros((stop - start, value_dim))
        for first in range(0, key_time, block_size):
            if causal and first >= stop:
                break
            last = min(first + block_size, key_time)
            scores = queries @ k[first:last].astype(np.float64).T / np.sqrt(head_dim)
            if causal:
                positions = np.arange(start, stop)[:, None]
                scores = np.where(np.arange(first, last) <= positions, scores, -np.inf)
            tile_maximum = scores.max(axis=1)
            exps = np.exp(scores - tile_maximum[:, None])
            total = exps.sum(axis=1)
            summed += exps / total[:, None] @ v[first:last]
            all_lse = np.logaddexp(all_lse, tile_maximum + np.log(total))
        output[start:stop] = summed
        logsumexp[start:stop] = all_lse
    return output, logsumexp
