"""Helper that makes one row, called for every position."""

import math

import numpy as np


def row_for_position(position, d_model, base):
    row = np.zeros(d_model)
    for i in range(0, d_model, 2):
        angle = position / base ** (i / d_model)
        row[i] = math.sin(angle)
        row[i + 1] = math.cos(angle)
    return row


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    rows = [row_for_position(t + 1, d_model, base) for t in range(time)]
    return np.array(rows)
