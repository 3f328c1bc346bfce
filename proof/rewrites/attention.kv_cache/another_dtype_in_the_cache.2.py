"""filled buffers, block mask, wide output"""
import numpy as np


def attend_with_kv_cache(q, k, v, cache=None):
    batch, n_head, time, head_dim = q.shape
    past = 0 if cache is None else cache["k"].shape[2]
    buffer_k = np.zeros((batch, n_head, past + time, head_dim))
    buffer_v = np.zeros((batch, n_head, past + time, v.shape[3]))
    if past > 0:
        buffer_k[:, :, :past] = cache["k"]
        buffer_v[:, :, :past] = cache["v"]
    buffer_k[:, :, past:] = k
    buffer_v[:, :, past:] = v

    scores = np.matmul(q, buffer_k.transpose(0, 1, 3, 2))
    scores *= head_dim ** -0.5
    visible = np.hstack([np.ones((time, past), bool), np.tril(np.ones((time, time), bool))])
    scores[:, :, ~visible] = -np.inf
    scores -= scores.max(axis=3)[..., None]
    weights = np.exp(scores)
    output = np.matmul(weights, buffer_v) / weights.sum(axis=3)[..., None]
    return output, {"k": buffer_k, "v": buffer_v}
