"""Two sweeps: one per query tile for grad_q, one per key tile for grad_k and grad_v; Fortran order."""
import numpy as np


def weights_and_grad_scores(rows, keys, arrays, causal):
    q, k, v, lse, row_term, grad_output = arrays
    scores = np.matmul(q[rows], k[keys].T, dtype=np.float64) / q.shape[1] ** 0.5
    exponents = scores - lse[rows, np.newaxis]
    if causal:
        later = np.less.outer(np.arange(rows.start, rows.stop), np.arange(keys.start, keys.stop))
        np.copyto(exponents, -np.inf, where=later)
    weights = np.exp(exponents)
    grad_weights = np.matmul(grad_output[rows], v[keys].T, dtype=np.float64)
    return weights, weights * (grad_weights - row_term[rows, np.newaxis]) / q.shape[1] ** 0.5


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    query_tiles = [slice(i, min(i + block_size, len(q))) for i in range(0, len(q), block_size)]
    key_tiles = [slice(j, min(j + block_size, len(k))) for j in range(0, len(k), block_size)]
    row_term = np.multiply(output, grad_output, dtype=np.float64).sum(axis=1)
    arrays = (q, k, v, logsumexp, row_term, grad_output)
    grad_q, grad_k, grad_v = (np.zeros(x.shape, order="F") for x in (q, k, v))
    for rows in query_tiles:
        for keys in key_tiles:
            if not causal or keys.start < rows.stop:
                grad_q[rows] += weights_and_grad_scores(rows, keys, arrays, causal)[1] @ k[keys]
    for keys in key_tiles:
        for rows in query_tiles:
            if not causal or keys.start < rows.stop:
                weights, grad_scores = weights_and_grad_scores(rows, keys, arrays, causal)
                grad_k[keys] += grad_scores.T @ q[rows]
                grad_v[keys] += weights.T @ grad_output[rows]
    return grad_q.astype(q.dtype), grad_k.astype(q.dtype), grad_v.astype(q.dtype)
