"""Starts from an array of b in Fortran order and writes the survivors into it."""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = np.sqrt(1.0 / (keep * (1.0 + dropout_rate * mean**2 / variance)))
    y = np.full(x.shape, mean - a * keep * mean, dtype=np.float64, order="F")
    y += np.where(np.random.random(x.shape) < keep, a * x, 0.0)
    return np.asarray(y.astype(x.dtype, order="F"))
