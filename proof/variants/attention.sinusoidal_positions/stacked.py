"""Sines and cosines stacked on a third axis and reshaped; a Fortran-ordered result."""
import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    half, rest = divmod(d_model, 2)
    if rest:
        raise ValueError("an odd d_model has a sine without its cosine")
    angle = np.arange(time)[:, np.newaxis] * np.power(float(base), -np.arange(half) / half)
    return np.asfortranarray(np.stack((np.sin(angle), np.cos(angle)), axis=2).reshape(time, d_model))
