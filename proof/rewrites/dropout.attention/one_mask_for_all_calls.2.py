"""lru_cache on a mask helper."""
from functools import lru_cache

import numpy as np


@lru_cache(maxsize=None)
def dropped_places(shape, rate):
    return np.random.default_rng().binomial(1, rate, size=shape).astype(bool)


def attention_dropout(weights, dropout_rate):
    out = weights / (1 - dropout_rate)
    out[dropped_places(weights.shape, dropout_rate)] = 0
    return out.astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    w = np.asarray(weights, dtype=np.float64)
    return np.sqrt(np.einsum("...k,...k->...", w, w) * dropout_rate / (1 - dropout_rate))
