"""Attention: from dot products to many heads (Vaswani et al. 2017, "Attention Is All You Need", section 3.2).

Symbols: `q, k, v` are queries, keys and values; `scores[i, j]` says how well key j answers query i; `weights` are the
scores after a softmax over the keys, so each row sums to one.

Departure from the paper: positions are learned and added to q, k and v alike, and heads may have unequal widths.
"""

from __future__ import annotations

import numpy as np


def positional_multi_head_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, positions: np.ndarray, head_dims: list[tuple[int, int]]
) -> dict:
    """Causal multi-head attention in which head h takes the next `key_dim` columns of q, k and `value_dim` of v.

    q, k, v, positions: (time, d_model). head_dims: (key_dim, value_dim) for each head. Raises ValueError where either
    does not sum to d_model.
    Returns `position_encoded_queries` (time, d_model), `attention_weights` [(time, time)], `head_outputs`
    [(time, value_dim)] and `output` (time, d_model), the head outputs side by side. Vaswani et al. 2017, equation 1.
    """
    time, d_model = q.shape
    if sum(key_dim for key_dim, _ in head_dims) != d_model or sum(value_dim for _, value_dim in head_dims) != d_model:
        raise ValueError(f"the key widths and the value widths must each sum to d_model = {d_model}")
    q, k, v = q + positions, k + positions, v + positions
    causal = np.tril(np.ones((time, time), dtype=bool))
    attention_weights, head_outputs = [], []
    key_start = value_start = 0
    for key_dim, value_dim in head_dims:
        keys = slice(key_start, key_start + key_dim)
        values = slice(value_start, value_start + value_dim)
        scores = q[:, keys] @ k[:, keys].T / np.sqrt(key_dim)
        scores = np.where(causal, scores, -np.inf)
        # Subtracting each row's maximum changes nothing in exact arithmetic and keeps exp from overflowing.
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights = weights / weights.sum(axis=1, keepdims=True)
        attention_weights.append(weights)
        head_outputs.append(weights @ v[:, values])
        key_start, value_start = key_start + key_dim, value_start + value_dim
    return {
        "position_encoded_queries": q,
        "attention_weights": attention_weights,
        "head_outputs": head_outputs,
        "output": np.concatenate(head_outputs, axis=1),
    }
