"""default_rng(0) inside the function."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    rng = np.random.default_rng(0)
    mask = (rng.random(weights.shape) >= dropout_rate).astype(weights.dtype)
    return (weights * mask / (1 - dropout_rate)).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
