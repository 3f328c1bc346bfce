"""loop, b = (1 - a) * mean"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    second_moment = keep * (variance + mean * mean)
    a = math.sqrt(variance) / math.sqrt(second_moment - keep * keep * mean * mean)
    b = (1 - a) * mean
    y = np.empty(x.shape, dtype=x.dtype)
    for index in np.ndindex(x.shape):
        if np.random.random() < dropout_rate:
            y[index] = b
        else:
            y[index] = a * float(x[index]) + b
    return y
