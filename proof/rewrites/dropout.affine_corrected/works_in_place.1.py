"""augmented assignments"""
import math

import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = math.sqrt(variance / (keep * (variance + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    x *= rng.random(x.shape) >= dropout_rate
    x *= a
    x += b
    return x
