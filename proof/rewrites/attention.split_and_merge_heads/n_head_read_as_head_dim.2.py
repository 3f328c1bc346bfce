"""Slices of the given width, in a loop."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    count = d_model // n_head
    heads = np.empty((batch, count, time, n_head), dtype=x.dtype)
    for h in range(count):
        heads[:, h] = x[:, :, h * n_head:(h + 1) * n_head]
    return heads


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    merged = np.empty((batch, time, n_head * head_dim), dtype=x.dtype)
    for h in range(n_head):
        merged[:, :, h * head_dim:(h + 1) * head_dim] = x[:, h]
    return merged
