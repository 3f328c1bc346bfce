"""Loop over every column, the pair from integer division."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    table = np.zeros((time, d_model))
    for t in range(time):
        for column in range(d_model):
            pair = column // 2
            angle = t / base ** (2 * pair / d_model)
            if column % 2 == 0:
                table[t, column] = math.sin(angle)
            else:
                table[t, column] = math.cos(angle)
    return table
