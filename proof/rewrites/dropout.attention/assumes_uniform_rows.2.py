"""Row sum spread evenly over the keys."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = 1.0 - dropout_rate
    mask = np.random.binomial(1, keep, size=weights.shape)
    return (weights * mask / keep).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    keys = weights.shape[-1]
    each = weights.sum(axis=-1, dtype=float) / keys
    variance_of_one = each**2 * dropout_rate / (1 - dropout_rate)
    return np.sqrt(keys * variance_of_one)
