"""Mutants of flash_attention_backward that cannot differ from it."""

import numpy as np

TILES = "The result does not depend on the tiles, and tiles of 63 to 65 need much the same memory."
ROW_TERM = "row_term = (grad_output * output).sum(axis=1, keepdims=True) # (query_time, 1), D in the paper"
ARGUMENTS = {
    "block_size: int = 64, → block_size: int = 65,": TILES,
    "block_size: int = 64, → block_size: int = 63,": TILES,
    "(nothing) → block_size = 64": TILES,
    f"{ROW_TERM} → {ROW_TERM.replace('axis=1', 'axis=-1')}": "In an array of two axes, axis 1 and axis -1 are one.",
}


def outcome(names, rng):
    long = rng.random() < 0.2  # with the default size of tiles
    query_time, key_time = rng.integers(60, 140, size=2) if long else rng.integers(1, 9, size=2)
    causal = bool(rng.random() < 0.5)
    if causal:
        key_time = query_time
    head_dim, value_dim = rng.integers(1, 9, size=2)
    shapes = ((query_time, head_dim), (key_time, head_dim), (key_time, value_dim), (query_time, value_dim))
    q, k, v, grad_output = (rng.uniform(-2, 2, shape) for shape in shapes)
    scores = q @ k.T / head_dim**0.5
    if causal:
        scores = np.where(np.tri(query_time), scores, -np.inf)
    logsumexp = np.log(np.exp(scores).sum(axis=1))
    output = np.exp(scores - logsumexp[:, None]) @ v
    sizes = {} if long else {"block_size": int(rng.integers(1, 10))}
    arrays = (q, k, v, output, logsumexp, grad_output)
    gradients = names["flash_attention_backward"](*arrays, causal=causal, **sizes)
    return [1.0 + gradient for gradient in gradients]  # of a single key they are 0 but for rounding
