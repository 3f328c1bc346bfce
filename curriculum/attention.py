"""Attention: from dot products to many heads (Vaswani et al. 2017, "Attention Is All You Need", section 3.2).

Symbols: `q, k, v` are queries, keys and values; `scores[i, j]` says how well key j answers query i; `weights` are the
scores after a softmax over the keys, so each row sums to one. A `mask` is boolean, and True means "may attend".

Departures from the paper: a query that may attend to nothing gets weights and an output of 0. In
`positional_multi_head_attention` the positions are learned and added to q, k and v alike; heads may differ in width.
"""

from __future__ import annotations

import numpy as np


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """exp(x) divided by its sum along `axis`: positive weights that sum to one there. Same shape and dtype as x.

    An entry of -inf gets weight 0; each slice along `axis` needs one finite entry.
    """
    # Subtracting each slice's own maximum changes nothing in exact arithmetic and keeps exp from overflowing.
    exponentials = np.exp(x - x.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def causal_mask(time: int) -> np.ndarray:
    """Boolean (time, time), True where query i may attend to key j: at j ≤ i, so never to the future."""
    return np.tril(np.ones((time, time), dtype=bool))


def scaled_dot_product_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """softmax(q kᵀ / √key_dim) v over the keys that `mask` allows (Vaswani et al. 2017, equation 1).

    q: (..., query_time, key_dim). k: (..., key_time, key_dim). v: (..., key_time, value_dim).
    mask: boolean, broadcastable to (..., query_time, key_time), True where a query may attend; None allows everything.
    Returns the output (..., query_time, value_dim) and the weights (..., query_time, key_time).
    """
    scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5  # (..., query_time, key_time)
    if mask is None:
        weights = softmax(scores)
    else:
        scores = np.where(mask, scores, -np.inf)
        sees_any = np.broadcast_to(mask, scores.shape).any(axis=-1, keepdims=True)
        # A softmax over no key at all is 0/0, so such a row enters with scores of 0 and leaves with weights of 0.
        weights = softmax(np.where(sees_any, scores, 0.0)) * sees_any
    return weights @ v, weights


def split_heads(x: np.ndarray, n_head: int) -> np.ndarray:
    """(batch, time, d_model) → (batch, n_head, time, head_dim), head h from columns h·head_dim to (h + 1)·head_dim.

    Raises ValueError where d_model is not divisible by n_head.
    """
    batch, time, d_model = x.shape
    if d_model % n_head:
        raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}")
    heads = x.reshape(batch, time, n_head, d_model // n_head)
    return heads.transpose(0, 2, 1, 3)  # (batch, n_head, time, head_dim)


def merge_heads(x: np.ndarray) -> np.ndarray:
    """(batch, n_head, time, head_dim) → (batch, time, d_model), the heads side by side: undoes `split_heads`."""
    batch, n_head, time, head_dim = x.shape
    side_by_side = x.transpose(0, 2, 1, 3)  # (batch, time, n_head, head_dim)
    return side_by_side.reshape(batch, time, n_head * head_dim)


def sinusoidal_positions(time: int, d_model: int, base: float = 10000.0) -> np.ndarray:
    """float64 (time, d_model): column 2i is sin(t / base^(2i/d_model)), column 2i + 1 the cosine of the same angle.

    Raises ValueError where d_model is odd. Vaswani et al. 2017, section 3.5.
    """
    if d_model % 2:
        raise ValueError(f"d_model = {d_model} is odd; sines and cosines come in pairs")
    frequencies = base ** (-np.arange(0, d_model, 2) / d_model)  # one for each pair of columns
    angles = np.arange(time)[:, None] * frequencies  # (time, d_model / 2)
    table = np.empty((time, d_model))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return table


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


def apply_rope(x: np.ndarray, positions: np.ndarray, base: float = 10000.0) -> np.ndarray:
    """Each pair of columns (2i, 2i + 1) of x turned by the angle position / base^(2i/head_dim). Shape and dtype of x.

    x: (..., time, head_dim). positions: (time,), whole numbers or not. Raises ValueError where head_dim is odd.
    Su et al. 2021, "RoFormer", section 3.2.2: its rotary embedding (RoPE) is for queries and keys, not for values.
    """
    head_dim = x.shape[-1]
    if head_dim % 2:
        raise ValueError(f"head_dim = {head_dim} is odd; a rotation takes pairs of columns")
    frequencies = base ** (-np.arange(0, head_dim, 2) / head_dim)  # one for each pair of columns
    angles = positions[:, None] * frequencies  # (time, head_dim / 2), in double precision whatever the dtype of x
    cos, sin = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    rotated = np.empty_like(x)
    rotated[..., 0::2] = even * cos - odd * sin
    rotated[..., 1::2] = even * sin + odd * cos
    return rotated


def grouped_query_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Attention in which n_head / n_kv_head neighbouring query heads share one key/value head.

    q: (batch, n_head, query_time, head_dim). k: (batch, n_kv_head, key_time, head_dim).
    v: (batch, n_kv_head, key_time, value_dim). mask: boolean, broadcastable to (batch, n_head, query_time, key_time).
    Returns the output (batch, n_head, query_time, value_dim) and the weights (batch, n_head, query_time, key_time).
    Raises ValueError where n_head is not a multiple of n_kv_head. Ainslie et al. 2023, section 2.2; with a single
    key/value head it is the multi-query attention of Shazeer 2019.
    """
    n_head, n_kv_head = q.shape[1], k.shape[1]
    group, left_over = divmod(n_head, n_kv_head)
    if left_over:
        raise ValueError(f"n_head = {n_head} is not a multiple of n_kv_head = {n_kv_head}")
    k = np.repeat(k, group, axis=1)  # (batch, n_head, key_time, head_dim): head 0 `group` times, then head 1, …
    v = np.repeat(v, group, axis=1)  # (batch, n_head, key_time, value_dim)
    return scaled_dot_product_attention(q, k, v, mask)


def attend_with_kv_cache(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, cache: dict | None = None
) -> tuple[np.ndarray, dict]:
    """Causal attention of the next positions of a sequence over themselves and over all that the cache holds.

    q, k: (batch, n_head, time, head_dim) and v: (batch, n_head, time, value_dim) of the new positions alone.
    cache: None where nothing came before; else "k" (batch, n_head, past, head_dim) and "v" (batch, n_head, past,
    value_dim). Returns the output (batch, n_head, time, value_dim) and a new cache, of past + time positions. However a
    sequence is cut into calls, the outputs are those of one call with all of it. Shazeer 2019, section 2.4.
    """
    if cache is not None:
        # The past comes first: (batch, n_head, past + time, ·).
        k, v = (np.concatenate([cache[name], new], axis=2) for name, new in (("k", k), ("v", v)))
    query_time, key_time = q.shape[2], k.shape[2]
    # The new queries stand at the end of the sequence. Of its causal mask only their rows are made, the last ones.
    mask = np.arange(key_time) <= np.arange(key_time - query_time, key_time)[:, None]
    output, _ = scaled_dot_product_attention(q, k, v, mask)
    return output, {"k": k, "v": v}
