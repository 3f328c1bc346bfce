"""A helper per block of queries, einsum, and the row term from all keys of the block."""
import numpy as np


def block_gradients(queries, positions, k, v, lse, grad_out, causal):
    scores = np.einsum("id,jd->ij", queries, k, dtype=np.float64) / np.sqrt(k.shape[1])
    if causal:
        scores[np.arange(len(k)) > positions[:, None]] = -np.inf
    weights = np.exp(scores - lse[:, None])
    grad_weights = np.einsum("iv,jv->ij", grad_out, v, dtype=np.float64)
    delta = np.einsum("ij,ij->i", weights, grad_weights)
    grad_scores = weights * (grad_weights - delta[:, None]) / np.sqrt(k.shape[1])
    return (np.einsum("ij,jd->id", grad_scores, k), np.einsum("ij,id->jd", grad_scores, queries),
            np.einsum("ij,iv->jv", weights, grad_out))


def flash_attention_backward(q, k, v, output, logsumexp, grad_output, block_size=64, causal=False):
    grad_q, grad_k, grad_v = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for i in range(0, len(q), block_size):
        positions = np.arange(i, min(i + block_size, len(q)))
        grad_q[positions], part_k, part_v = block_gradients(
            q[positions], positions, k, v, logsumexp[positions], grad_output[positions], causal)
        grad_k += part_k
        grad_v += part_v
    return tuple(gradient.astype(q.dtype) for gradient in (grad_q, grad_k, grad_v))
