"""Loop adding E[x^2] - E[x]^2."""
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = np.zeros(weights.shape, dtype=weights.dtype)
    for index in np.ndindex(*weights.shape):
        if random.random() >= dropout_rate:
            result[index] = weights[index] / (1 - dropout_rate)
    return result


def row_sum_std(weights, dropout_rate):
    total = np.zeros(weights.shape[:-1])
    for key in range(weights.shape[-1]):
        w = weights[..., key].astype(float)
        total += w**2 / (1 - dropout_rate) - w**2
    return total
