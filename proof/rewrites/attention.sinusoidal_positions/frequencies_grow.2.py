"""exp and log, outer product, strided slices."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    exponents = np.arange(0, d_model, 2) / d_model
    frequencies = np.exp(np.log(base) * exponents)
    angles = np.outer(np.arange(time), frequencies)
    table = np.empty((time, d_model))
    table[:, ::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return table
