"""Vectorised, cast on the way out."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    exponents = np.arange(0, d_model, 2) / d_model
    angles = np.outer(np.arange(time), base ** -exponents)
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    table = pairs.reshape(time, d_model)
    return table.astype(np.float32)
