"""Even and odd slices."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2 != 0:
        raise ValueError("head_dim must be even")
    frequencies = base ** (-np.arange(0, head_dim, 2) / head_dim)
    angles = positions.astype(np.float64)[:, None] * frequencies
    cos, sin = np.cos(angles), np.sin(angles)
    even = x[..., 0::2].astype(np.float64)
    odd = x[..., 1::2].astype(np.float64)
    y = np.empty(x.shape, dtype=x.dtype)
    y[..., 0::2] = even * cos + odd * sin
    y[..., 1::2] = even * sin + odd * cos
    return y
