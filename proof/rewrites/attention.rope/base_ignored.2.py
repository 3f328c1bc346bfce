"""2x2 matrices and einsum, base as a constant of the module."""
import numpy as np

BASE = 10000.0


def rotations(positions, half):
    i = np.arange(half)
    theta = np.asarray(positions, dtype=np.float64)[:, None] / BASE ** (i / half)
    c, s = np.cos(theta), np.sin(theta)
    return np.array([[c, -s], [s, c]])


def apply_rope(x, positions, base=10000.0):
    half, rest = divmod(x.shape[-1], 2)
    if rest:
        raise ValueError("head_dim must be even")
    turn = rotations(positions, half)
    pairs = x.astype(np.float64).reshape(x.shape[:-1] + (half, 2))
    turned = np.einsum("abti,...tib->...tia", turn, pairs)
    return turned.reshape(x.shape).astype(x.dtype)
