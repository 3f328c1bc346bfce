"""One loop over tiles of keys."""
import numpy as np


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    dtype = q.dtype
    q, k, v, output, grad_output = (np.asarray(x, dtype=np.float64) for x in (q, k, v, output, grad_output))
    scale = 1 / np.sqrt(q.shape[1])
    row_term = (output * grad_output).sum(axis=1)
    grad_q = np.zeros(q.shape)
    grad_k = np.zeros(k.shape)
    grad_v = np.zeros(v.shape)
    for first in range(0, len(k), block_size):
        last = min(first + block_size, len(k))
        scores = q @ k[first:last].T * scale
        if causal:
            positions = np.arange(len(q))[:, None]
            scores = np.where(np.arange(first, last) <= positions, scores, -np.inf)
        weights = np.exp(scores - logsumexp[:, None])
        grad_scores = weights * (grad_output @ v[first:last].T - row_term[:, None]) * scale
        grad_q += grad_scores @ k[first:last]
        grad_k[first:last] = grad_scores.T @ q
        grad_v[first:last] = weights.T @ grad_output
    return grad_q.astype(dtype), grad_k.astype(dtype), grad_v.astype(dtype)
