"""Head after head, by slices of columns."""
import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError("the heads do not share the columns evenly")
    head_dim = d_model // n_head
    heads = np.empty((batch, n_head, time, head_dim), dtype=x.dtype)
    for head in range(n_head):
        heads[:, head] = x[:, :, head * head_dim : (head + 1) * head_dim]
    return heads


def merge_heads(x):
    return np.concatenate([x[:, head] for head in range(x.shape[1])], axis=-1)
