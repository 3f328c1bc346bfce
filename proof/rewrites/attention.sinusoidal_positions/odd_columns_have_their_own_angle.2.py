"""Vectorised, np.where on the column index."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    columns = np.arange(d_model)
    frequencies = np.exp(-np.log(base) * columns / d_model)
    positions = np.arange(time, dtype=np.float64)
    angles = np.einsum("t,c->tc", positions, frequencies)
    is_even = columns % 2 == 0
    return np.where(is_even, np.sin(angles), np.cos(angles))
