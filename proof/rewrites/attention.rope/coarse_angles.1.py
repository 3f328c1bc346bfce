"""Everything in the dtype of x."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2 != 0:
        raise ValueError("head_dim must be even")
    frequencies = base ** (-np.arange(0, head_dim, 2) / head_dim)
    frequencies = frequencies.astype(x.dtype)
    angles = positions.astype(x.dtype)[:, None] * frequencies
    cos, sin = np.cos(angles), np.sin(angles)
    even = x[..., 0::2]
    odd = x[..., 1::2]
    y = np.empty(x.shape, dtype=x.dtype)
    y[..., 0::2] = even * cos - odd * sin
    y[..., 1::2] = even * sin + odd * cos
    return y
