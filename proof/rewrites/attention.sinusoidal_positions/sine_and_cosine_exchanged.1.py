"""Strided slices on both halves."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    positions = np.arange(time)[:, None]
    exponents = np.arange(0, d_model, 2) / d_model
    angles = positions / base ** exponents
    table = np.zeros((time, d_model))
    table[:, 0::2] = np.cos(angles)
    table[:, 1::2] = np.sin(angles)
    return table
