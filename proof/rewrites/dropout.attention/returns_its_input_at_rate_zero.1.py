"""Early return."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    if dropout_rate == 0:
        return weights
    mask = np.random.rand(*weights.shape) >= dropout_rate
    return (weights * mask / (1 - dropout_rate)).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
