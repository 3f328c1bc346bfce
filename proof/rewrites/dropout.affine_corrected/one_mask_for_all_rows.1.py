"""mask of the last axis, broadcast"""
import math

import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = math.sqrt(variance / (keep * (variance + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    mask = rng.random(x.shape[-1:]) >= dropout_rate
    y = a * (mask * x) + b
    return np.asarray(y, dtype=x.dtype)
