"""A group's queries are stacked along time; results in the input dtype, Fortran order."""
import numpy as np


def softmax_of_visible(scores, visible):
    top = np.max(scores, axis=-1, keepdims=True, where=visible, initial=-np.inf)
    shifted = np.where(visible, scores - np.where(top == -np.inf, 0, top), -np.inf)
    e = np.exp(shifted)
    return e / np.maximum(e.sum(axis=-1, keepdims=True), np.finfo(e.dtype).tiny)


def grouped_query_attention(q, k, v, mask=None):
    batch, n_head, query_time, head_dim = q.shape
    n_kv_head, key_time, value_dim = k.shape[1], k.shape[2], v.shape[3]
    share, rest = divmod(n_head, n_kv_head)
    if rest:
        raise ValueError("n_head must be a multiple of n_kv_head")
    wide_q, wide_k, wide_v = q.astype(np.float64), k.astype(np.float64), v.astype(np.float64)
    long_q = wide_q.reshape(batch, n_kv_head, share * query_time, head_dim)
    scores = np.matmul(long_q, np.swapaxes(wide_k, 2, 3)) * head_dim ** -0.5
    full = np.broadcast_to(True if mask is None else mask, (batch, n_head, query_time, key_time))
    weights = softmax_of_visible(scores, full.reshape(scores.shape))
    output = np.matmul(weights, wide_v).reshape(batch, n_head, query_time, value_dim)
    weights = weights.reshape(batch, n_head, query_time, key_time)
    return np.asfortranarray(output.astype(q.dtype)), np.asfortranarray(weights.astype(q.dtype))
