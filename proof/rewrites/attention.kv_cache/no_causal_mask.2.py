"""loops over batch, head and query"""
import numpy as np


def attend_one(query, keys, values):
    query, keys, values = (x.astype(np.float64) for x in (query, keys, values))
    scores = keys @ query / np.sqrt(len(query))
    weights = np.exp(scores - scores.max())
    return weights @ values / weights.sum()


def attend_with_kv_cache(q, k, v, cache=None):
    batch, n_head, time, _ = q.shape
    if cache is None:
        all_k, all_v = k, v
    else:
        all_k = np.concatenate((cache["k"], k), axis=2)
        all_v = np.concatenate((cache["v"], v), axis=2)
    output = np.zeros((batch, n_head, time, v.shape[3]), dtype=q.dtype)
    for b in range(batch):
        for h in range(n_head):
            for i in range(time):
                output[b, h, i] = attend_one(q[b, h, i], all_k[b, h], all_v[b, h])
    new_cache = {"k": all_k, "v": all_v}
    return output, new_cache
