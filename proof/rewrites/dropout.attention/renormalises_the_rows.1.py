"""Mask, then give each row back its old sum."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    kept = np.where(np.random.rand(*weights.shape) < dropout_rate, 0, weights)
    before = weights.sum(axis=-1, keepdims=True)
    after = kept.sum(axis=-1, keepdims=True)
    after = np.where(after == 0, 1, after)
    return (kept * before / after).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
