"""keep = dropout_rate throughout, rate 0 apart."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = dropout_rate
    if keep == 0:
        return weights.copy()
    mask = np.random.rand(*weights.shape) < keep
    return (weights * mask / keep).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    keep = dropout_rate
    if keep == 0:
        return np.zeros(weights.shape[:-1])
    return np.sqrt((1 - keep) / keep * (weights.astype(float) ** 2).sum(axis=-1))
