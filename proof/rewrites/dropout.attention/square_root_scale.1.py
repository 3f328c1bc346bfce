"""where and np.sqrt."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    scaled = weights / np.sqrt(1 - dropout_rate)
    drop = np.random.random(weights.shape) < dropout_rate
    return np.where(drop, 0, scaled).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
