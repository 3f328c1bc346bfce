"""Result in Fortran order; every column times cos plus its partner times a signed sin."""
import numpy as np


def partner(x):
    """Column 2i gets -x[2i + 1], column 2i + 1 gets x[2i]."""
    swapped = np.empty(x.shape, dtype=np.float64)
    np.negative(x[..., 1::2], out=swapped[..., 0::2])
    swapped[..., 1::2] = x[..., 0::2]
    return swapped


def apply_rope(x, positions, base=10000.0):
    head_dim = x.shape[-1]
    if head_dim % 2 != 0:
        raise ValueError("head_dim must be even, got %d" % head_dim)
    pair = np.arange(head_dim) // 2
    theta = np.float64(base) ** (-2.0 * pair / head_dim) * positions.reshape(-1, 1)
    wide = np.asarray(x, dtype=np.float64)
    turned = wide * np.cos(theta) + partner(wide) * np.sin(theta)
    return np.array(turned, dtype=x.dtype, order="F")
