"""Plain Python loops over batch, heads, queries and keys, with math.exp."""
import math

import numpy as np


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, head_dim = q.shape
    n_kv_head, key_time, value_dim = v.shape[1:]
    if n_head % n_kv_head != 0:
        raise ValueError(f"{n_head} query heads cannot share {n_kv_head} key/value heads evenly")
    allowed = None if mask is None else np.broadcast_to(mask, (batch, n_head, query_time, key_time))
    weights = np.zeros((batch, n_head, query_time, key_time))
    output = np.zeros((batch, n_head, query_time, value_dim))
    for b in range(batch):
        for h in range(n_head):
            g = h // (n_head // n_kv_head)
            for i in range(query_time):
                scores = {}
                for j in range(key_time):
                    if allowed is None or allowed[b, h, i, j]:
                        dot = sum(float(x) * float(y) for x, y in zip(q[b, h, i], k[b, g, j]))
                        scores[j] = dot / math.sqrt(head_dim)
                if not scores:
                    continue
                top = max(scores.values())
                total = sum(math.exp(s - top) for s in scores.values())
                for j, s in scores.items():
                    weights[b, h, i, j] = math.exp(s - top) / total
                    for e in range(value_dim):
                        output[b, h, i, e] += weights[b, h, i, j] * float(v[b, g, j, e])
    return output, weights
