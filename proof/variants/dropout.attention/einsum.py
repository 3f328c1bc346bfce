"""Mask and factor applied with einsum, squares summed with einsum."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = 1 - dropout_rate
    mask = np.random.uniform(size=weights.shape) >= dropout_rate
    scale = mask.astype(weights.dtype) / weights.dtype.type(keep)
    return np.einsum("...,...->...", weights, scale)


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
