"""Plain nested loops over tiles, float64 inside."""
import numpy as np


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    dtype = q.dtype
    q, k, v, output, grad_output = (np.asarray(x, dtype=np.float64) for x in (q, k, v, output, grad_output))
    query_time, key_time = len(q), len(k)
    scale = 1 / np.sqrt(q.shape[1])
    row_term = (output * grad_output).sum(axis=1)
    grad_q = np.zeros(q.shape)
    grad_k = np.zeros(k.shape)
    grad_v = np.zeros(v.shape)
    for start in range(0, query_time, block_size):
        stop = min(start + block_size, query_time)
        for first in range(0, key_time, block_size):
            if causal and first >= stop:
                break
            last = min(first + block_size, key_time)
            scores = q[start:stop] @ k[first:last].T * scale
            if causal:
                positions = np.arange(start, stop)[:, None]
                scores = np.where(np.arange(first, last) <= positions, scores, -np.inf)
            weights = np.exp(scores - logsumexp[start:stop, None])
            grad_weights = grad_output[start:stop] @ v[first:last].T
            grad_scores = weights * (grad_weights - row_term[start:stop, None])
            grad_q[start:stop] += grad_scores @ k[first:last] * scale
            grad_k[first:last] += grad_scores.T @ q[start:stop] * scale
            grad_v[first:last] += weights @ grad_output[start:stop]
    return grad_q.astype(dtype), grad_k.astype(dtype), grad_v.astype(dtype)
