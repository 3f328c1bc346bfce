"""A column-major array, filled one pair of columns at a time."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    table = np.empty((time, d_model), dtype=np.float64, order="F")
    positions = np.arange(time)
    for column in range(0, d_model, 2):
        angle = positions / float(base) ** (column / d_model)
        np.sin(angle, out=table[:, column])
        np.cos(angle, out=table[:, column + 1])
    return table
