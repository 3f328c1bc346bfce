"""indices chosen without replacement"""
import math

import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = math.sqrt(variance / (keep * (variance + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    count = int(round(dropout_rate * x.size))
    dropped = rng.permutation(x.size)[:count]
    y = a * x.ravel() + b
    y[dropped] = b
    return y.astype(x.dtype).reshape(x.shape)
