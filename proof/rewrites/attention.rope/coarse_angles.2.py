"""2x2 matrices and einsum, a table of angles as fine as x."""
import numpy as np


def rotations(positions, half, base, dtype):
    i = np.arange(half)
    theta = (positions[:, None] / base ** (i / half)).astype(dtype)
    c, s = np.cos(theta), np.sin(theta)
    return np.array([[c, -s], [s, c]])


def apply_rope(x, positions, base=10000.0):
    half, rest = divmod(x.shape[-1], 2)
    if rest:
        raise ValueError("head_dim must be even")
    turn = rotations(positions, half, base, x.dtype)
    pairs = x.astype(np.float64).reshape(x.shape[:-1] + (half, 2))
    turned = np.einsum("abti,...tib->...tia", turn, pairs)
    return turned.reshape(x.shape).astype(x.dtype)
