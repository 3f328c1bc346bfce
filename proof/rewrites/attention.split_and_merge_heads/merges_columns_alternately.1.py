"""Transpose with the head axis last, then reshape."""

import numpy as np


def split_heads(x, n_head):
    batch, time, d_model = x.shape
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    head_dim = d_model // n_head
    parts = x.reshape(batch, time, n_head, head_dim)
    return np.einsum("bthd->bhtd", parts)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    parts = x.transpose(0, 2, 3, 1)
    return parts.reshape(batch, time, head_dim * n_head)
