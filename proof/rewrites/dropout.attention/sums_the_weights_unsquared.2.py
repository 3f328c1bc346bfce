"""Loop adding w times the variance of a scaled coin."""
import math
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = np.zeros(weights.shape, dtype=weights.dtype)
    for index in np.ndindex(*weights.shape):
        if random.random() >= dropout_rate:
            result[index] = weights[index] / (1 - dropout_rate)
    return result


def row_sum_std(weights, dropout_rate):
    keep = 1 - dropout_rate
    coin_variance = keep * dropout_rate / keep**2
    result = np.empty(weights.shape[:-1])
    for index in np.ndindex(*result.shape):
        variance = 0.0
        for w in weights[index]:
            variance += float(w) * coin_variance
        result[index] = math.sqrt(variance)
    return result
