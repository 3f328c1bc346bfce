"""Loop, survivors are copied."""
import math
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = weights.copy()
    flat = np.ascontiguousarray(result).reshape(-1)
    for i in range(flat.size):
        if random.random() < dropout_rate:
            flat[i] = 0.0
    return flat.reshape(weights.shape)


def row_sum_std(weights, dropout_rate):
    stds = np.zeros(weights.shape[:-1])
    for index in np.ndindex(*stds.shape):
        squares = sum(float(w) ** 2 for w in weights[index])
        stds[index] = math.sqrt(squares * dropout_rate / (1 - dropout_rate))
    return stds
