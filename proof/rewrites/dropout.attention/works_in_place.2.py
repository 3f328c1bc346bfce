"""np.multiply with out, a copy is returned."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = 1 - dropout_rate
    scale = (np.random.default_rng().binomial(1, keep, size=weights.shape) / keep).astype(weights.dtype)
    np.multiply(weights, scale, out=weights)
    return weights.copy()


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
