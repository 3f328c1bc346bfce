"""vectorised, mask times (a * x + b)"""
import math

import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = math.sqrt(variance / (keep * (variance + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    shifted = a * x + b
    mask = rng.random(x.shape) >= dropout_rate
    return np.asarray(mask * shifted, dtype=x.dtype)
