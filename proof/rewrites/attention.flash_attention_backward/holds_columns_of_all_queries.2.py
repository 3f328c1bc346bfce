"""Transposed weights (keys by queries) from a helper, einsum, parts joined at the end."""
import numpy as np


def column_weights(q, keys, first, logsumexp, causal):
    scores = np.einsum("jd,id->ji", keys, q, dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        later = np.arange(first, first + len(keys))[:, None] > np.arange(len(q))
        scores[later] = -np.inf
    return np.exp(scores - logsumexp)


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    delta = np.einsum("iv,iv->i", output, grad_output, dtype=np.float64)
    grad_q, parts_k, parts_v = np.zeros(q.shape), [], []
    for first in range(0, len(k), block_size):
        keys, values = k[first:first + block_size], v[first:first + block_size]
        weights = column_weights(q, keys, first, logsumexp, causal)
        grad_weights = np.einsum("jv,iv->ji", values, grad_output, dtype=np.float64)
        grad_scores = weights * (grad_weights - delta) / np.sqrt(q.shape[1])
        grad_q += np.einsum("ji,jd->id", grad_scores, keys)
        parts_k.append(np.einsum("ji,id->jd", grad_scores, q))
        parts_v.append(np.einsum("ji,iv->jv", weights, grad_output))
    gradients = (grad_q, np.concatenate(parts_k), np.concatenate(parts_v))
    return tuple(gradient.astype(q.dtype) for gradient in gradients)
