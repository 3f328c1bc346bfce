"""np.full with the formula."""
import math

import numpy as np


def attention_dropout(weights, dropout_rate):
    out = np.array(weights, copy=True)
    out[np.random.default_rng().random(out.shape) < dropout_rate] = 0
    out /= 1 - dropout_rate
    return out


def row_sum_std(weights, dropout_rate):
    std = math.sqrt(dropout_rate / ((1 - dropout_rate) * weights.shape[-1]))
    return np.full(weights.shape[:-1], std)
