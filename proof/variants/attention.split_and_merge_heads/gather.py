"""Every number fetched by an index; einsum swaps the axes on the way back; Fortran-ordered results."""
import numpy as np


def split_heads(x, n_head):
    head_dim, rest = divmod(x.shape[2], n_head)
    if rest:
        raise ValueError("d_model is not divisible by n_head")
    columns = np.arange(x.shape[2]).reshape(n_head, head_dim)
    return np.asfortranarray(np.moveaxis(x[:, :, columns], 2, 1))


def merge_heads(x):
    swapped = np.einsum("bhtd->bthd", x)
    return np.asfortranarray(swapped.reshape(*swapped.shape[:2], -1))
