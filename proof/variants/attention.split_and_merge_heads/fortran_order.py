"""np.split and np.concatenate; both results are column-major copies."""

import numpy as np


def split_heads(x, n_head):
    d_model = x.shape[2]
    if d_model % n_head != 0:
        raise ValueError(f"d_model {d_model} is not divisible by n_head {n_head}")
    heads = np.stack(np.split(x, n_head, axis=2), axis=1)
    return np.asfortranarray(heads)


def merge_heads(x):
    n_head = x.shape[1]
    heads = [x[:, h] for h in range(n_head)]
    return np.asfortranarray(np.concatenate(heads, axis=2))
