"""One loop over tiles of queries."""
import numpy as np


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    dtype = q.dtype
    q, k, v, output, grad_output = (np.asarray(x, dtype=np.float64) for x in (q, k, v, output, grad_output))
    scale = 1 / np.sqrt(q.shape[1])
    row_term = (output * grad_output).sum(axis=1)
    grad_q = np.zeros(q.shape)
    grad_k = np.zeros(k.shape)
    grad_v = np.zeros(v.shape)
    for start in range(0, len(q), block_size):
        stop = min(start + block_size, len(q))
        scores = q[start:stop] @ k.T * scale
        if causal:
            positions = np.arange(start, stop)[:, None]
            scores = np.where(np.arange(len(k)) <= positions, scores, -np.inf)
        weights = np.exp(scores - logsumexp[start:stop, None])
        grad_weights = grad_output[start:stop] @ v.T
        grad_scores = weights * (grad_weights - row_term[start:stop, None]) * scale
        grad_q[start:stop] = grad_scores @ k
        grad_k += grad_scores.T @ q[start:stop]
        grad_v += weights.T @ grad_output[start:stop]
    return grad_q.astype(dtype), grad_k.astype(dtype), grad_v.astype(dtype)
