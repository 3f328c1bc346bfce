"""exp and log, einsum, stack and reshape."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    pairs = np.arange(d_model // 2)
    frequencies = np.exp(-2 * pairs * np.log(10000.0) / d_model)
    angles = np.einsum("t,i->ti", np.arange(time, dtype=np.float64), frequencies)
    both = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return both.reshape(time, -1)
