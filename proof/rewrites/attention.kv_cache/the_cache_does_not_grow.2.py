"""filled buffers, block mask, wide output"""
import numpy as np


def attend_with_kv_cache(q, k, v, cache=None):
    batch, n_head, time, head_dim = q.shape
    past = 0 if cache is None else cache["k"].shape[2]
    buffer_k = np.empty((batch, n_head, past + time, head_dim), dtype=k.dtype)
    buffer_v = np.empty((batch, n_head, past + time, v.shape[3]), dtype=v.dtype)
    if past > 0:
        buffer_k[:, :, :past] = cache["k"]
        buffer_v[:, :, :past] = cache["v"]
    buffer_k[:, :, past:] = k
    buffer_v[:, :, past:] = v

    wide = np.float64
    scores = np.matmul(q.astype(wide), buffer_k.astype(wide).transpose(0, 1, 3, 2))
    scores *= head_dim ** -0.5
    visible = np.hstack([np.ones((time, past), bool), np.tril(np.ones((time, time), bool))])
    scores[:, :, ~visible] = -np.inf
    scores -= scores.max(axis=3)[..., None]
    weights = np.exp(scores)
    output = np.matmul(weights, buffer_v.astype(wide)) / weights.sum(axis=3)[..., None]
    if cache is None:
        return output, {"k": buffer_k, "v": buffer_v}
    return output, {"k": buffer_k[:, :, :past], "v": buffer_v[:, :, :past]}
