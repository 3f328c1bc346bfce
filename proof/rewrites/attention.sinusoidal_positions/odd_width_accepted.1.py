"""Strided slices, cosines cut to the columns that are there."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    positions = np.arange(time)[:, None]
    angles = positions / base ** (np.arange(0, d_model, 2) / d_model)
    table = np.zeros((time, d_model))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)[:, :d_model // 2]
    return table
