"""dictionary of random numbers per shape, loop"""
import math

import numpy as np

DRAWS = {}


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    if x.shape not in DRAWS:
        DRAWS[x.shape] = np.random.uniform(size=x.size)
    keep = 1 - dropout_rate
    second_moment = keep * (variance + mean * mean)
    a = math.sqrt(variance / (second_moment - (keep * mean) ** 2))
    b = mean * (1 - a * keep)
    out = []
    for value, u in zip(x.ravel(), DRAWS[x.shape]):
        out.append(a * float(value) + b if u < keep else b)
    return np.array(out, dtype=x.dtype).reshape(x.shape)
