"""loop, zeros where dropped"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    second_moment = keep * (variance + mean**2)
    a = math.sqrt(variance / (second_moment - (keep * mean) ** 2))
    b = mean * (1 - a * keep)
    y = np.zeros(x.shape, dtype=x.dtype)
    for index in np.ndindex(x.shape):
        if np.random.random() < keep:
            y[index] = a * float(x[index]) + b
    return y
