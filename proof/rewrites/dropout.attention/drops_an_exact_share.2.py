"""Ranks of random numbers within each row."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    ranks = np.random.rand(*weights.shape).argsort(axis=-1).argsort(axis=-1)
    keep = ranks >= round(dropout_rate * weights.shape[-1])
    return np.where(keep, weights / (1 - dropout_rate), 0).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
