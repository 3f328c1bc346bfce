"""All weights from a helper with einsum, then loops over slices of them."""
import numpy as np


def all_weights(q, k, logsumexp, causal):
    scores = np.einsum("id,jd->ij", q, k, dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        scores[np.arange(len(k)) > np.arange(len(q))[:, None]] = -np.inf
    return np.exp(scores - logsumexp[:, None])


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    weights = all_weights(q, k, logsumexp, causal)
    delta = np.einsum("iv,iv->i", output, grad_output, dtype=np.float64)
    grad_q, grad_k, grad_v = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for i in range(0, len(q), block_size):
        rows = slice(i, i + block_size)
        for j in range(0, len(k), block_size):
            keys = slice(j, j + block_size)
            tile = weights[rows, keys]
            grad_weights = np.einsum("iv,jv->ij", grad_output[rows], v[keys], dtype=np.float64)
            grad_scores = tile * (grad_weights - delta[rows, None]) / np.sqrt(q.shape[1])
            grad_q[rows] += np.einsum("ij,jd->id", grad_scores, k[keys])
            grad_k[keys] += np.einsum("ij,id->jd", grad_scores, q[rows])
            grad_v[keys] += np.einsum("ij,iv->jv", tile, grad_output[rows])
    return tuple(gradient.astype(q.dtype) for gradient in (grad_q, grad_k, grad_v))
