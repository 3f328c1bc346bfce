"""Loops with a Bernoulli helper."""
import math
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = np.zeros(weights.shape, dtype=weights.dtype)
    for index in np.ndindex(*weights.shape):
        if random.random() >= dropout_rate:
            result[index] = weights[index] / (1 - dropout_rate)
    return result


def bernoulli_variance(keep):
    return keep - keep**2


def row_sum_std(weights, dropout_rate):
    rows = weights.reshape(-1, weights.shape[-1]).tolist()
    coin = bernoulli_variance(1 - dropout_rate)
    stds = [math.sqrt(sum(w * w * coin for w in row)) for row in rows]
    return np.array(stds).reshape(weights.shape[:-1])
