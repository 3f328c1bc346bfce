"""Sines and cosines as the parts of exp(i·angle), interleaved by a view of the complex numbers."""
import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2:
        raise ValueError(f"d_model = {d_model} is odd")
    speeds = np.exp(-np.log(base) * np.arange(0, d_model, 2) / d_model)
    waves = np.exp(1j * np.outer(np.arange(time), speeds))
    return (1j * waves.conj()).view(np.float64)  # i·(cos − i·sin) = sin + i·cos
