"""Tables of cos and sin tiled twice, and a rotated copy."""
import numpy as np


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2:
        raise ValueError(f"head_dim is odd: {head_dim}")
    exponents = -2.0 * np.arange(head_dim // 2) / head_dim
    theta = np.outer(positions, np.power(base, exponents))
    theta = np.tile(theta, (1, 2))
    wide = x.astype(np.float64)
    rotated = np.stack([-wide[..., 1::2], wide[..., 0::2]], axis=-1).reshape(x.shape)
    y = wide * np.cos(theta) + rotated * np.sin(theta)
    return y.astype(x.dtype)
