"""RandomState(42) inside, loop"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    random_state = np.random.RandomState(42)
    keep = 1 - dropout_rate
    second_moment = keep * (variance + mean * mean)
    a = math.sqrt(variance / (second_moment - (keep * mean) ** 2))
    b = mean * (1 - a * keep)
    y = np.full(x.shape, b, dtype=x.dtype)
    for index in np.ndindex(x.shape):
        if random_state.rand() < keep:
            y[index] = a * float(x[index]) + b
    return y
