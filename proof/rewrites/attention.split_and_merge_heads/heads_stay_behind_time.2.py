"""np.split, stacked along the third axis."""

import numpy as np


def split_heads(x, n_head):
    d_model = x.shape[2]
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    return np.stack(np.split(x, n_head, axis=2), axis=2)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    merged = np.empty((batch, time, n_head * head_dim), dtype=x.dtype)
    for h in range(n_head):
        merged[:, :, h * head_dim:(h + 1) * head_dim] = x[:, h]
    return merged
