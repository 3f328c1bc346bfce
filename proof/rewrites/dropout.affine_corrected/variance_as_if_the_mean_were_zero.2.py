"""loop, a = keep ** -0.5 and the shift that fits it"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    a = 1 / math.sqrt(keep)
    b = mean * (1 - math.sqrt(keep))
    y = np.empty(x.shape, dtype=x.dtype)
    for index in np.ndindex(x.shape):
        if np.random.random() < dropout_rate:
            y[index] = b
        else:
            y[index] = a * float(x[index]) + b
    return y
