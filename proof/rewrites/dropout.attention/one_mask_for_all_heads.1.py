"""Mask of the last two axes, broadcast."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    mask = np.random.rand(*weights.shape[-2:]) < dropout_rate
    return np.where(mask, 0, weights / (1 - dropout_rate)).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
