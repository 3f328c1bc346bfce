"""loop over indices, b left at 0"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    a = math.sqrt(variance / (keep * variance + keep * dropout_rate * mean**2))
    b = 0.0
    y = np.empty(x.shape, dtype=x.dtype)
    for index in np.ndindex(x.shape):
        if np.random.random() < dropout_rate:
            y[index] = b
        else:
            y[index] = a * float(x[index]) + b
    return y
