"""One element at a time, with the random module."""
import math
import random

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    a = math.sqrt(variance / (keep * (variance + dropout_rate * mean * mean)))
    b = mean - a * keep * mean
    y = np.empty_like(x)
    for index in np.ndindex(x.shape):
        y[index] = b + (a * float(x[index]) if random.random() >= dropout_rate else 0.0)
    return y
