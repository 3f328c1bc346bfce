"""Outer product, exp and log, concatenate."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    pairs = np.arange(0, d_model, 2)
    frequencies = np.exp(-np.log(base) * pairs / d_model)
    positions = np.arange(time, dtype=np.float64)
    angles = np.outer(positions, frequencies)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
