"""Einsum for all products, with a helper for a tile's scores and one for a block of queries."""
import numpy as np


def score_tile(q, k, i, j, size, causal):
    scores = np.einsum("id,jd->ij", q[i:i + size], k[j:j + size], dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        hidden = np.arange(j, j + scores.shape[1]) > np.arange(i, i + scores.shape[0])[:, None]
        scores[hidden] = -np.inf
    return scores


def one_block(q, k, v, i, size, causal):
    count = min(size, len(q) - i)
    top, norm, mixed = np.full(count, -np.inf), np.zeros(count), np.zeros((count, v.shape[1]))
    end = min(i + size, len(k)) if causal else len(k)
    for j in range(0, end, size):
        scores = score_tile(q, k, i, j, size, causal)
        new_top = np.maximum(top, scores.max(axis=1))
        decay = np.exp(top - new_top)
        exps = np.exp(scores - new_top[:, None])
        norm = decay * norm + exps.sum(axis=1)
        mixed = decay[:, None] * mixed + np.einsum("ij,jv->iv", exps, v[j:j + size])
        top = new_top
    return mixed / norm[:, None], top + np.log(norm)


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    if causal and len(q) != len(k):
        raise ValueError(f"causal: {len(q)} queries, but {len(k)} keys")
    output = np.zeros((len(q), v.shape[1]), dtype=q.dtype)
    logsumexp = np.zeros(len(q), dtype=q.dtype)
    for i in range(0, len(q), block_size):
        rows = slice(i, i + block_size)
        output[rows], logsumexp[rows] = one_block(q, k, v, i, block_size, causal)
    return output, logsumexp
