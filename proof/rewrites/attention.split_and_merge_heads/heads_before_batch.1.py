"""A list of slices made into an array."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    heads = []
    for h in range(n_head):
        heads.append(x[:, :, h * head_dim:(h + 1) * head_dim])
    return np.array(heads)


def merge_heads(x):
    n_head = x.shape[1]
    heads = [x[:, h] for h in range(n_head)]
    return np.concatenate(heads, axis=-1)
