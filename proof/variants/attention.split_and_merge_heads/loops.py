"""Four plain Python loops that copy one number at a time."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    heads = np.empty((batch, n_head, time, head_dim), dtype=x.dtype)
    for b in range(batch):
        for h in range(n_head):
            for t in range(time):
                for d in range(head_dim):
                    heads[b, h, t, d] = x[b, t, h * head_dim + d]
    return heads


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    merged = np.empty((batch, time, n_head * head_dim), dtype=x.dtype)
    for b in range(batch):
        for h in range(n_head):
            for t in range(time):
                for d in range(head_dim):
                    merged[b, t, h * head_dim + d] = x[b, h, t, d]
    return merged
