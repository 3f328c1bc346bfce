"""FlashAttention: exact attention, tile by tile, without the matrix of all scores (Dao et al. 2022).

Symbols: `q` (query_time, head_dim), `k` (key_time, head_dim) and `v` (key_time, value_dim) are the queries, keys and
values of one head. A *tile* holds the scores of at most `block_size` queries and `block_size` keys. `logsumexp[i]` is
log Σⱼ exp(scores[i, j]), so the weights are exp(scores - logsumexp). `grad_x` is the gradient with respect to x.

Departures from the paper: one head, no dropout and square tiles. As in its successor (Dao 2023, "FlashAttention-2"),
the forward pass finishes a tile of queries before the next, and keeps the logsumexp in place of maximum and sum.
"""

from __future__ import annotations

import numpy as np


def flash_attention_forward(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, block_size: int = 64, causal: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """softmax(q kᵀ / √head_dim) v and the logsumexp of each query's scores, from one tile of scores at a time.

    q: (query_time, head_dim). k: (key_time, head_dim). v: (key_time, value_dim). Where `causal`, query i sees the
    keys j ≤ i; there must be as many queries as keys, else ValueError.
    Returns the output (query_time, value_dim) and the logsumexp (query_time,).
    Dao et al. 2022, algorithm 1, with the online softmax of Milakov & Gimelshein 2018, algorithm 3.
    """
    (query_time, head_dim), (key_time, value_dim) = q.shape, v.shape
    if causal and query_time != key_time:
        raise ValueError(f"causal, but {query_time} queries and {key_time} keys: which of them are at one position?")
    output = np.empty((query_time, value_dim), dtype=q.dtype)
    logsumexp = np.empty(query_time, dtype=q.dtype)
    positions = np.arange(key_time)
    for start in range(0, query_time, block_size):
        rows = slice(start, start + block_size)
        queries = q[rows] / head_dim**0.5
        # Of the keys so far, for each query: the largest score, Σ exp(score - maximum), and Σ exp(score - maximum) · v.
        maximum = np.full((len(queries), 1), -np.inf)
        total = np.zeros((len(queries), 1))
        weighted = np.zeros((len(queries), value_dim))
        for key_start in range(0, rows.stop if causal else key_time, block_size):
            columns = slice(key_start, key_start + block_size)
            scores = queries @ k[columns].T  # one tile
            if causal:
                scores = np.where(positions[rows, None] >= positions[columns], scores, -np.inf)
            previous, maximum = maximum, np.maximum(maximum, scores.max(axis=1, keepdims=True))
            exponentials = np.exp(scores - maximum)
            rescale = np.exp(previous - maximum)  # both sums so far were relative to the previous maximum
            total = rescale * total + exponentials.sum(axis=1, keepdims=True)
            weighted = rescale * weighted + exponentials @ v[columns]
        output[rows] = weighted / total
        logsumexp[rows] = (maximum + np.log(total)).ravel()
    return output, logsumexp


def flash_attention_backward(
    q: np.ndarray,
    k: np.ndarray,
    v: np.ndarray,
    output: np.ndarray,
    logsumexp: np.ndarray,
    grad_output: np.ndarray,
    block_size: int = 64,
    causal: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradients with respect to q, k and v, from weights that are computed anew, one tile at a time.

    `output` and `logsumexp` are what `flash_attention_forward` returned; `grad_output` (query_time, value_dim) is the
    gradient with respect to `output`. Returns arrays of the shapes of q, k and v. Dao et al. 2022, algorithm 4.
    """
    scale = q.shape[1] ** -0.5
    positions = np.arange(len(k))
    grad_q, grad_k, grad_v = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    # The softmax needs Σⱼ weights · grad_weights over all keys, which no tile has together. It equals this dot product.
    row_term = (grad_output * output).sum(axis=1, keepdims=True)  # (query_time, 1), D in the paper
    for key_start in range(0, len(k), block_size):
        columns = slice(key_start, key_start + block_size)
        for start in range(key_start if causal else 0, len(q), block_size):
            rows = slice(start, start + block_size)
            scores = scale * q[rows] @ k[columns].T  # one tile
            if causal:
                scores = np.where(positions[rows, None] >= positions[columns], scores, -np.inf)
            weights = np.exp(scores - logsumexp[rows, None])
            grad_weights = grad_output[rows] @ v[columns].T
            grad_scores = weights * (grad_weights - row_term[rows])
            grad_q[rows] += scale * grad_scores @ k[columns]
            grad_k[columns] += scale * grad_scores.T @ q[rows]
            grad_v[columns] += weights.T @ grad_output[rows]
    return grad_q, grad_k, grad_v
