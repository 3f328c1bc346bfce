"""single return, helper applied only when something drops"""
import math

import numpy as np


def drop(x, p, mean, variance):
    keep = 1 - p
    second_moment = keep * (variance + mean * mean)
    a = math.sqrt(variance / (second_moment - (keep * mean) ** 2))
    b = mean * (1 - a * keep)
    out = []
    for value in x.ravel():
        out.append(b if np.random.random() < p else a * float(value) + b)
    return np.array(out, dtype=x.dtype).reshape(x.shape)


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    y = x
    if dropout_rate > 0:
        y = drop(x, dropout_rate, mean, variance)
    return y
