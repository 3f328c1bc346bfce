"""zeros written into x by index, the result a new array"""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    masked_variance = keep * (variance + mean**2) - (keep * mean) ** 2
    a = np.sqrt(variance / masked_variance)
    b = mean * (1 - a * keep)
    dropped = np.random.uniform(size=x.shape) < dropout_rate
    x[dropped] = 0
    y = a * x + b
    return np.asarray(y, dtype=x.dtype)
