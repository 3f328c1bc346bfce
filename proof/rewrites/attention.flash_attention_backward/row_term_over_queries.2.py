"""Helper functions, slices and einsum."""
from itertools import product

import numpy as np


def tiles(length, size):
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


def tile_weights(q, k, logsumexp, rows, keys, causal):
    scores = np.einsum("id,jd->ij", q[rows], k[keys], dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        hidden = np.arange(keys.start, keys.stop) > np.arange(rows.start, rows.stop)[:, None]
        scores[hidden] = -np.inf
    return np.exp(scores - logsumexp[rows, None])


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    grad_q, grad_k, grad_v = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for rows, keys in product(tiles(len(q), block_size), tiles(len(k), block_size)):
        if causal and keys.start >= rows.stop:
            continue
        weights = tile_weights(q, k, logsumexp, rows, keys, causal)
        grad_weights = np.einsum("iv,jv->ij", grad_output[rows], v[keys], dtype=np.float64)
        delta = np.einsum("ij,ij->j", weights, grad_weights)
        grad_scores = weights * (grad_weights - delta) / np.sqrt(q.shape[1])
        grad_q[rows] += np.einsum("ij,jd->id", grad_scores, k[keys])
        grad_k[keys] += np.einsum("ij,id->jd", grad_scores, q[rows])
        grad_v[keys] += np.einsum("ij,iv->jv", weights, grad_output[rows])
    return tuple(gradient.astype(q.dtype) for gradient in (grad_q, grad_k, grad_v))
