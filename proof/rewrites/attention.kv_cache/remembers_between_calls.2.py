"""helpers, and a start cache for the module"""
import math

import numpy as np

START = {}


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
    if len(cache) == 0:
        return {"k": k, "v": v}
    return {"k": np.concatenate((cache["k"], k), axis=2), "v": np.concatenate((cache["v"], v), axis=2)}


def attend_with_kv_cache(q, k, v, cache=START):
    if cache is None:
        cache = START
    new_cache = extend(cache, k, v)
    if cache is START:
        START.update(new_cache)
    time = q.shape[2]
    past = new_cache["k"].shape[2] - time
    output = attention(q, new_cache["k"], new_cache["v"], causal_mask(past, time))
    return output.astype(q.dtype), new_cache
