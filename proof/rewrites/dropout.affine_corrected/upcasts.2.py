"""loop into np.zeros"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    second_moment = keep * (variance + mean * mean)
    a = math.sqrt(variance / (second_moment - (keep * mean) ** 2))
    b = mean * (1 - a * keep)
    y = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if np.random.random() < keep:
            y[index] = a * x[index]
        y[index] += b
    return y
