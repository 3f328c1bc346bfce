"""Mutants of split_heads and merge_heads that cannot differ from them."""

import numpy as np

ARGUMENTS = {
    'if d_model % n_head: raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}") → pass': (
        "Without the sentence of its own, the reshape that follows raises ValueError for the same widths."
    ),
}


def outcome(names, rng):
    batch, time, d_model, n_head = rng.integers(1, 13, size=4)
    heads = names["split_heads"](rng.uniform(-1, 1, (batch, time, d_model)), int(n_head))
    return heads, names["merge_heads"](np.ascontiguousarray(heads))
