"""The angles go through exp(i * angle); imaginary and real parts are interleaved by stacking."""

import numpy as np


def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 != 0:
        raise ValueError(f"d_model must be even, got {d_model}")
    pairs = np.arange(d_model // 2)
    frequencies = base ** (-2.0 * pairs / d_model)
    angles = np.einsum("t,i->ti", np.arange(time, dtype=np.float64), frequencies)
    turned = np.exp(1j * angles)
    return np.stack([turned.imag, turned.real], axis=-1).reshape(time, d_model)
