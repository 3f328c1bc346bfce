"""A dict of uniform numbers by shape."""
import numpy as np


NUMBERS = {}


def attention_dropout(weights, dropout_rate):
    if weights.shape not in NUMBERS:
        NUMBERS[weights.shape] = np.random.rand(*weights.shape)
    keep = NUMBERS[weights.shape] >= dropout_rate
    return (weights * keep / (1 - dropout_rate)).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
