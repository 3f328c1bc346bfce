"""einsum with the last query, which sees all"""
import numpy as np


def attend_with_kv_cache(q, k, v, cache=None):
    keys, values = k, v
    if cache is not None:
        keys = np.concatenate([cache["k"], k], axis=2)
        values = np.concatenate([cache["v"], v], axis=2)
    scores = np.einsum("bhqd,bhkd->bhqk", q[:, :, -1:].astype(np.float64), keys.astype(np.float64))
    scores = scores / np.sqrt(q.shape[3])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    output = np.einsum("bhqk,bhkd->bhqd", weights, values.astype(np.float64))
    return output.astype(q.dtype), {"k": keys, "v": values}
