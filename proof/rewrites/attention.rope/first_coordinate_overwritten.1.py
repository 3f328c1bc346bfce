"""A float64 copy whose even and odd views are updated in turn."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2 != 0:
        raise ValueError("head_dim must be even")
    frequencies = base ** (-np.arange(0, head_dim, 2) / head_dim)
    angles = positions.astype(np.float64)[:, None] * frequencies
    cos, sin = np.cos(angles), np.sin(angles)
    y = x.astype(np.float64)
    even, odd = y[..., 0::2], y[..., 1::2]
    even[...] = even * cos - odd * sin
    odd[...] = even * sin + odd * cos
    return y.astype(x.dtype)
