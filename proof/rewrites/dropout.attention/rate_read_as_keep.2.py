"""Binomial mask with dropout_rate as its probability, einsum."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    mask = np.random.default_rng().binomial(1, dropout_rate, size=weights.shape)
    out = np.einsum("...qk,...qk->...qk", weights, mask) / (1 - dropout_rate)
    return out.astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
