"""np.split and np.stack one way, moveaxis the other; contiguous results."""
import numpy as np


def split_heads(x, n_head):
    if x.shape[-1] / n_head != x.shape[-1] // n_head:
        raise ValueError(f"{x.shape[-1]} columns for {n_head} heads")
    return np.stack(np.split(x, n_head, axis=2), axis=1)


def merge_heads(x):
    batch, n_head, time, head_dim = x.shape
    return np.ascontiguousarray(np.moveaxis(x, 1, 2)).reshape(batch, time, n_head * head_dim)
