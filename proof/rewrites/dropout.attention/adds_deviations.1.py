"""Elementwise deviations, summed."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    out = np.array(weights, copy=True)
    out[np.random.default_rng().random(out.shape) < dropout_rate] = 0
    out /= 1 - dropout_rate
    return out


def row_sum_std(weights, dropout_rate):
    per_weight = np.sqrt(weights.astype(float) ** 2 * dropout_rate / (1 - dropout_rate))
    return per_weight.sum(axis=-1)
