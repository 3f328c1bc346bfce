"""Helper for the frequencies, broadcasting, stack and reshape."""

import numpy as np


def frequencies_of_pairs(d_model, base):
    pairs = np.arange(d_model // 2)
    return np.exp(-pairs * np.log(base) / d_model)


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    positions = np.arange(time, dtype=np.float64)[:, np.newaxis]
    angles = positions * frequencies_of_pairs(d_model, base)
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=2)
    return pairs.reshape(time, d_model)
