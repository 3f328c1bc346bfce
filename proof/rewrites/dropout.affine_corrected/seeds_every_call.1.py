"""default_rng(0) inside, np.where"""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    rng = np.random.default_rng(0)
    keep = 1.0 - dropout_rate
    a = np.sqrt(variance / (keep * (variance + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    kept = rng.random(x.shape) >= dropout_rate
    y = np.where(kept, a * x + b, b)
    return y.astype(x.dtype)
