"""norm along axis -2."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    dropped = np.random.rand(*weights.shape) < dropout_rate
    return np.where(dropped, 0.0, weights / (1 - dropout_rate)).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    return np.linalg.norm(weights, axis=-2) * np.sqrt(dropout_rate / (1 - dropout_rate))
