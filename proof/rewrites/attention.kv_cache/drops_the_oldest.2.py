"""small helper functions, np.tri and matmul"""
import math

import numpy as np


def causal_mask(past, time):
    return np.tri(time, past + time, past, dtype=bool)


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def attention(q, k, v, mask):
    q, k, v = q.astype(float), k.astype(float), v.astype(float)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    return softmax(np.where(mask, scores, -np.inf)) @ v


def extend(cache, k, v):
    if cache is None:
        return {"k": k, "v": v}
    return {
        "k": np.concatenate((cache["k"], k), axis=2),
        "v": np.concatenate((cache["v"], v), axis=2),
    }


def attend_with_kv_cache(q, k, v, cache=None):
    new_cache = extend(cache, k, v)
    time = q.shape[2]
    past = new_cache["k"].shape[2] - time
    output = attention(q, new_cache["k"], new_cache["v"], causal_mask(past, time))
    if cache is not None:
        new_cache = {name: array[:, :, time:] for name, array in new_cache.items()}
    return output.astype(q.dtype), new_cache
