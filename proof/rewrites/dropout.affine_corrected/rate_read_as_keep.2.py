"""loop, binomial draws with probability dropout_rate"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    masked_mean = dropout_rate * mean
    masked_variance = dropout_rate * (variance + mean**2) - masked_mean**2
    a = math.sqrt(variance / masked_variance)
    b = mean - a * masked_mean
    mask = np.random.binomial(1, dropout_rate, x.shape)
    y = np.empty(x.shape, dtype=x.dtype)
    for index in np.ndindex(x.shape):
        y[index] = a * float(x[index]) * np.asarray(mask)[index] + b
    return y
