"""2x2 matrices and einsum."""
import numpy as np


def rotations(positions, half, base):
    i = np.arange(half)
    theta = np.asarray(positions, dtype=np.float64)[:, None] / base ** (i / half)
    c, s = np.cos(theta), np.sin(theta)
    return np.array([[c, s], [s, c]])


def apply_rope(x, positions, base=10000.0):
    half, rest = divmod(x.shape[-1], 2)
    if rest:
        raise ValueError("head_dim must be even")
    turn = rotations(positions, half, base)
    pairs = x.astype(np.float64).reshape(x.shape[:-1] + (half, 2))
    turned = np.einsum("abti,...tib->...tia", turn, pairs)
    return turned.reshape(x.shape).astype(x.dtype)
