"""Tiles of keys merged with logaddexp, scores transposed (keys by queries), einsum."""
import numpy as np


def column_scores(q, k, first, size, causal):
    scores = np.einsum("jd,id->ji", k[first:first + size], q, dtype=np.float64) / np.sqrt(q.shape[1])
    if causal:
        later = np.arange(first, first + len(scores))[:, None] > np.arange(len(q))
        scores[later] = -np.inf
    return scores


def flash_attention_forward(q, k, v, block_size=64, causal=False):
    if causal and len(q) != len(k):
        raise ValueError(f"causal: {len(q)} queries, but {len(k)} keys")
    lse = np.full(len(q), -np.inf)
    output = np.zeros((len(q), v.shape[1]))
    for first in range(0, len(k), block_size):
        scores = column_scores(q, k, first, block_size, causal)
        merged = np.logaddexp(lse, np.logaddexp.reduce(scores, axis=0))
        output *= np.exp(lse - merged)[:, None]
        output += np.einsum("ji,jv->iv", np.exp(scores - merged), v[first:first + block_size])
        lse = merged
    return output.astype(q.dtype), lse.astype(q.dtype)
