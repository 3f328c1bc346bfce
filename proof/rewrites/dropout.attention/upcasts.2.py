"""Loop into np.zeros."""
import math
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = np.zeros(weights.shape)
    for index in np.ndindex(*weights.shape):
        if random.random() >= dropout_rate:
            result[index] = weights[index] / (1 - dropout_rate)
    return result


def row_sum_std(weights, dropout_rate):
    stds = np.zeros(weights.shape[:-1])
    for index in np.ndindex(*stds.shape):
        squares = sum(float(w) ** 2 for w in weights[index])
        stds[index] = math.sqrt(squares * dropout_rate / (1 - dropout_rate))
    return stds
