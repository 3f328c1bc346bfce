"""Slices with a step, in a loop."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    heads = np.empty((batch, n_head, time, head_dim), dtype=x.dtype)
    for h in range(n_head):
        heads[:, h] = x[:, :, h::n_head]
    return heads


def merge_heads(x):
    n_head = x.shape[1]
    heads = [x[:, h] for h in range(n_head)]
    return np.concatenate(heads, axis=-1)
