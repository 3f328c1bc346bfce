"""Loop that starts from the input and copies only when it drops."""
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    result = weights
    if dropout_rate > 0:
        result = np.zeros_like(weights)
        for index in np.ndindex(*weights.shape):
            if random.random() > dropout_rate:
                result[index] = weights[index] / (1 - dropout_rate)
    return result


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
