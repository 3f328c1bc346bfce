"""Loops, an equal step down from pair to pair."""

import math

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    pairs = d_model // 2
    step = (1.0 - 1.0 / base) / pairs
    table = np.zeros((time, d_model))
    for t in range(time):
        for i in range(pairs):
            angle = t * (1.0 - i * step)
            table[t, 2 * i] = math.sin(angle)
            table[t, 2 * i + 1] = math.cos(angle)
    return table
