"""Loop over slices, integer division."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    head_dim = d_model // n_head
    heads = np.empty((batch, n_head, time, head_dim), dtype=x.dtype)
    for h in range(n_head):
        heads[:, h] = x[:, :, h * head_dim:(h + 1) * head_dim]
    return heads


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    merged = np.empty((batch, time, n_head * head_dim), dtype=x.dtype)
    for h in range(n_head):
        merged[:, :, h * head_dim:(h + 1) * head_dim] = x[:, h]
    return merged
