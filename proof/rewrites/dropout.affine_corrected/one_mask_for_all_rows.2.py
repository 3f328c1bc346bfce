"""loop over the rows with the mask of one example"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    second_moment = keep * (variance + mean * mean)
    a = math.sqrt(variance / (second_moment - (keep * mean) ** 2))
    b = mean * (1 - a * keep)
    rows = x if x.ndim > 1 else x[np.newaxis]
    mask = np.random.binomial(1, keep, rows.shape[1:])
    y = np.empty(rows.shape, dtype=x.dtype)
    for i in range(len(rows)):
        y[i] = a * rows[i] * mask + b
    return y.reshape(x.shape)
