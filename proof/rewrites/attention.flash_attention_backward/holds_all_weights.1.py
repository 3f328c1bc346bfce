"""The ordinary backward pass with full matrices."""
import numpy as np


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    dtype = q.dtype
    q, k, v, output, grad_output = (np.asarray(x, dtype=np.float64) for x in (q, k, v, output, grad_output))
    scale = 1 / np.sqrt(q.shape[1])
    row_term = (output * grad_output).sum(axis=1)
    scores = q @ k.T * scale
    if causal:
        scores[np.triu_indices(len(q), 1)] = -np.inf
    weights = np.exp(scores - logsumexp[:, None])
    grad_scores = weights * (grad_output @ v.T - row_term[:, None]) * scale
    grad_q = grad_scores @ k
    grad_k = grad_scores.T @ q
    grad_v = weights.T @ grad_output
    return grad_q.astype(dtype), grad_k.astype(dtype), grad_v.astype(dtype)
