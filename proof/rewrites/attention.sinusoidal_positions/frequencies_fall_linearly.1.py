"""np.linspace for the frequencies, broadcasting."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    frequencies = np.linspace(1.0, 1.0 / base, d_model // 2)
    positions = np.arange(time, dtype=np.float64)
    angles = positions[:, None] * frequencies[None, :]
    table = np.empty((time, d_model))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return table
