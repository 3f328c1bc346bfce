"""Row by row, lists and append."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    rows = []
    for t in range(time):
        row = []
        for i in range(d_model // 2):
            angle = t / base ** (2 * i / d_model)
            row.append(math.cos(angle))
            row.append(math.sin(angle))
        rows.append(row)
    return np.array(rows, dtype=np.float64)
