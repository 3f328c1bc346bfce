"""Loops, constant log step between neighbouring frequencies."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    half = d_model // 2
    log_step = math.log(base) / max(half - 1, 1)
    table = np.zeros((time, d_model))
    for i in range(half):
        frequency = math.exp(-log_step * i)
        for t in range(time):
            table[t, 2 * i] = math.sin(t * frequency)
            table[t, 2 * i + 1] = math.cos(t * frequency)
    return table
