"""float64 mask divided by keep."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    mask = (np.random.rand(*weights.shape) >= dropout_rate) / (1 - dropout_rate)
    return weights * mask


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
