"""einsum of squares."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    dropped = np.random.rand(*weights.shape) < dropout_rate
    return np.where(dropped, 0.0, weights / (1 - dropout_rate)).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    w = weights.astype(np.float64)
    return np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate)
