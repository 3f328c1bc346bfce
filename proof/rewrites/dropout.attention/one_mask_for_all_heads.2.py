"""Loop over heads with one list of dropped places."""
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    queries, keys = weights.shape[-2:]
    gone = [(q, k) for q in range(queries) for k in range(keys) if random.random() < dropout_rate]
    heads = weights.reshape(-1, queries, keys) / (1 - dropout_rate)
    for head in heads:
        for place in gone:
            head[place] = 0
    return heads.reshape(weights.shape).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
