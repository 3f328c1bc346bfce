"""sqrt of p keep sum of squares."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = 1.0 - dropout_rate
    mask = np.random.binomial(1, keep, size=weights.shape)
    return (weights * mask / keep).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    keep = 1 - dropout_rate
    return np.sqrt(keep * dropout_rate * np.square(weights, dtype=float).sum(-1))
