"""Reshape and einsum."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    parts = x.reshape(batch, time, n_head, head_dim)
    return np.einsum("bthd->hbtd", parts)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    parts = np.einsum("bhtd->bthd", x)
    return parts.reshape(batch, time, n_head * head_dim)
