"""Helper functions and einsum, one block of queries at a time."""
import numpy as np


def score_tile(q, k, i, j, size, causal):
    scores = np.einsum("id,jd->ij", q[i:i + size], k[j:j + size], dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        hidden = np.arange(j, j + scores.shape[1]) > np.arange(i, i + scores.shape[0])[:, None]
        scores[hidden] = -np.inf
    return scores


def one_block(q, k, v, i, size, causal):
    outputs, lses = [], []
    end = min(i + size, len(k)) if causal else len(k)
    for j in range(0, end, size):
        scores = score_tile(q, k, i, j, size, causal)
        top = scores.max(axis=1)
        exps = np.exp(scores - top[:, None])
        norm = exps.sum(axis=1)
        outputs.append(np.einsum("ij,jv->iv", exps, v[j:j + size]) / norm[:, None])
        lses.append(top + np.log(norm))
    return np.mean(outputs, axis=0), np.logaddexp.reduce(lses)


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    if causal and len(q) != len(k):
        raise ValueError(f"causal: {len(q)} queries, but {len(k)} keys")
    output = np.zeros((len(q), v.shape[1]), dtype=q.dtype)
    logsumexp = np.zeros(len(q), dtype=q.dtype)
    for i in range(0, len(q), block_size):
        rows = slice(i, i + block_size)
        output[rows], logsumexp[rows] = one_block(q, k, v, i, block_size, causal)
    return output, logsumexp
