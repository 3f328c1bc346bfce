"""einsum with one coin per row."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    coins = np.random.binomial(1, 1 - dropout_rate, weights.shape[:-1]) / (1 - dropout_rate)
    return np.einsum("...qk,...q->...qk", weights, coins).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
