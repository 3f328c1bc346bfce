"""Vectorised: one factor raised to the array of layer numbers."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    keep = np.float64(1.0) - np.float64(dropout_rate)
    # E[(s m x)^2] = s^2 E[m^2] E[x^2], and m^2 = m has mean keep.
    factor = keep * np.float64(scale) ** 2
    layers = np.arange(depth + 1, dtype=np.float64)
    return np.power(factor, layers)
