"""Loop adding up the query rows."""
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = np.zeros(weights.shape, dtype=weights.dtype)
    for index in np.ndindex(*weights.shape):
        if random.random() >= dropout_rate:
            result[index] = weights[index] / (1 - dropout_rate)
    return result


def row_sum_std(weights, dropout_rate):
    variance = 0.0
    for query in range(weights.shape[-2]):
        row = weights[..., query, :].astype(float)
        variance = variance + row * row * dropout_rate / (1 - dropout_rate)
    return np.sqrt(variance)
