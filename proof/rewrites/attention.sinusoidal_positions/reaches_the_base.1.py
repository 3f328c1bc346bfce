"""np.linspace for the exponents, strided slices."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    half = d_model // 2
    exponents = np.linspace(0.0, 1.0, half)
    angles = np.arange(time)[:, None] / base ** exponents
    table = np.empty((time, d_model))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return table
