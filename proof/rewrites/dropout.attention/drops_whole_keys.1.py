"""Broadcast mask (..., 1, key_time)."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    shape = weights.shape[:-2] + (1, weights.shape[-1])
    mask = np.random.rand(*shape) >= dropout_rate
    return np.where(mask, weights / (1 - dropout_rate), 0).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
