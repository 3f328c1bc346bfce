"""loops over the keys that are not masked"""
import math

import numpy as np


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, head_dim = q.shape
    n_kv_head, key_time, value_dim = v.shape[1:]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    share = n_head // n_kv_head
    shape = (batch, n_head, query_time, key_time)
    hidden = np.zeros(shape, dtype=bool) if mask is None else np.broadcast_to(mask, shape)
    weights = np.zeros(shape)
    output = np.zeros((batch, n_head, query_time, value_dim))
    for b in range(batch):
        for h in range(n_head):
            g = h // share
            keys, values = k[b, g].astype(np.float64), v[b, g].astype(np.float64)
            for i in range(query_time):
                visible = ~hidden[b, h, i]
                if not visible.any():
                    continue
                scores = keys[visible] @ q[b, h, i].astype(np.float64) / math.sqrt(head_dim)
                e = np.exp(scores - scores.max())
                weights[b, h, i, visible] = e / e.sum()
                output[b, h, i] = weights[b, h, i] @ values
    return output, weights
