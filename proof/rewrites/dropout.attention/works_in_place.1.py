"""Boolean assignment on the argument."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    weights[np.random.rand(*weights.shape) < dropout_rate] = 0
    weights /= 1 - dropout_rate
    return weights


def row_sum_std(weights, dropout_rate):
    return np.sqrt(dropout_rate / (1 - dropout_rate)) * np.linalg.norm(weights, axis=-1)
