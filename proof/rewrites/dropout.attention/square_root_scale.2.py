"""Loop with a power of -0.5."""
import math
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    factor = (1 - dropout_rate) ** -0.5
    values = [w * factor if random.random() >= dropout_rate else 0.0 for w in weights.ravel().tolist()]
    return np.array(values, dtype=weights.dtype).reshape(weights.shape)


def row_sum_std(weights, dropout_rate):
    stds = np.zeros(weights.shape[:-1])
    for index in np.ndindex(*stds.shape):
        squares = sum(float(w) ** 2 for w in weights[index])
        stds[index] = math.sqrt(squares * dropout_rate / (1 - dropout_rate))
    return stds
