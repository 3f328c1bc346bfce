"""Loop over every column, if/else on its parity."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    table = np.zeros((time, d_model))
    for t in range(time):
        for column in range(d_model):
            angle = t / base ** (column / d_model)
            if column % 2 == 0:
                table[t, column] = math.sin(angle)
            else:
                table[t, column] = math.cos(angle)
    return table
