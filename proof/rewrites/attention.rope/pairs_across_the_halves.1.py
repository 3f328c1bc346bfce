"""Slices of the two halves, joined by concatenate."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2 != 0:
        raise ValueError("head_dim must be even")
    frequencies = base ** (-np.arange(0, head_dim, 2) / head_dim)
    angles = positions.astype(np.float64)[:, None] * frequencies
    cos, sin = np.cos(angles), np.sin(angles)
    first = x[..., :head_dim // 2].astype(np.float64)
    second = x[..., head_dim // 2:].astype(np.float64)
    y = np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
    return y.astype(x.dtype)
