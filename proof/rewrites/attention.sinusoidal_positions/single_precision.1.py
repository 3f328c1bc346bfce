"""Plain loops into a float32 table."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    table = np.zeros((time, d_model), dtype=np.float32)
    for t in range(time):
        for i in range(d_model // 2):
            angle = t / base ** (2 * i / d_model)
            table[t, 2 * i] = math.sin(angle)
            table[t, 2 * i + 1] = math.cos(angle)
    return table
