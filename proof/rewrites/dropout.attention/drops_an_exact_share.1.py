"""random.sample of flat positions."""
import random

import numpy as np


def attention_dropout(weights, dropout_rate):
    flat = weights.flatten() / (1 - dropout_rate)
    chosen = random.sample(range(flat.size), round(dropout_rate * flat.size))
    flat[chosen] = 0
    return flat.reshape(weights.shape).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
