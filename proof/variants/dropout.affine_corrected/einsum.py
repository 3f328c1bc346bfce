"""Mask and input multiplied by einsum in float64, binomial mask."""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    second = keep * (variance + mean**2)
    a = np.sqrt(variance / (second - (keep * mean) ** 2))
    b = mean * (1.0 - a * keep)
    mask = np.random.binomial(1, keep, size=x.size).astype(np.float64)
    flat = x.reshape(-1).astype(np.float64)
    y = a * np.einsum("i,i->i", mask, flat) + b
    return y.astype(x.dtype).reshape(x.shape)
