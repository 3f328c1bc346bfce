"""loop for the mask, a and b solved from the masked values"""
import math

import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    values = []
    for value in x.ravel():
        kept = np.random.uniform() >= dropout_rate
        values.append(float(value) if kept else 0.0)
    count = max(len(values), 1)
    masked_mean = sum(values) / count
    masked_variance = sum((v - masked_mean) ** 2 for v in values) / count
    a = math.sqrt(variance / (masked_variance + 1e-12))
    b = mean - a * masked_mean
    out = [a * v + b for v in values]
    return np.array(out, dtype=x.dtype).reshape(x.shape)
