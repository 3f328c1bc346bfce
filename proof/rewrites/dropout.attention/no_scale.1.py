"""Multiply by a mask of ones and zeros."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    mask = np.random.binomial(1, 1 - dropout_rate, weights.shape).astype(weights.dtype)
    return weights * mask


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
