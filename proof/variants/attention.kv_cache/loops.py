"""Plain Python loops over batch, head, query, key and feature; float64 numbers, math.exp."""
import math

import numpy as np


def attend_with_kv_cache(q, k, v, cache=None):
    batch, n_head, time, head_dim = q.shape
    value_dim = v.shape[3]
    past = 0 if cache is None else cache["k"].shape[2]
    keys = np.empty((batch, n_head, past + time, head_dim), dtype=k.dtype)
    values = np.empty((batch, n_head, past + time, value_dim), dtype=v.dtype)
    output = np.empty((batch, n_head, time, value_dim), dtype=q.dtype)
    for b in range(batch):
        for h in range(n_head):
            for j in range(past + time):
                if j < past:
                    keys[b, h, j] = cache["k"][b, h, j]
                    values[b, h, j] = cache["v"][b, h, j]
                else:
                    keys[b, h, j] = k[b, h, j - past]
                    values[b, h, j] = v[b, h, j - past]
            for i in range(time):
                scores = []
                for j in range(past + i + 1):
                    products = [float(q[b, h, i, c]) * float(keys[b, h, j, c]) for c in range(head_dim)]
                    scores.append(sum(products) / math.sqrt(head_dim))
                largest = max(scores)
                weights = [math.exp(s - largest) for s in scores]
                total = sum(weights)
                for c in range(value_dim):
                    weighted = [w * float(values[b, h, j, c]) for j, w in enumerate(weights)]
                    output[b, h, i, c] = sum(weighted) / total
    return output, {"k": keys, "v": values}
