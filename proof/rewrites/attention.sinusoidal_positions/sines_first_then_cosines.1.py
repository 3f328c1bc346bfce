"""Plain loops, math module."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    table = np.zeros((time, d_model))
    for t in range(time):
        for i in range(d_model // 2):
            angle = t / base ** (2 * i / d_model)
            table[t, i] = math.sin(angle)
            table[t, d_model // 2 + i] = math.cos(angle)
    return table
