"""float64 mask, np.sqrt for a"""
import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = np.sqrt(variance / (keep * (variance + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    mask = np.asarray(rng.random(x.shape) >= dropout_rate, dtype=float)
    y = a * mask * x + b
    return np.asarray(y)
