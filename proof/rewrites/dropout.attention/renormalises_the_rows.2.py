"""Dropped scores become -inf, then a softmax."""
import numpy as np


def softmax(scores):
    top = np.max(scores, axis=-1, keepdims=True)
    e = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1)


def attention_dropout(weights, dropout_rate):
    with np.errstate(divide="ignore"):
        scores = np.log(weights.astype(np.float64))
    scores[np.random.default_rng().random(scores.shape) < dropout_rate] = -np.inf
    return softmax(scores).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    variance = dropout_rate / (1 - dropout_rate) * np.sum(weights.astype(float) ** 2, axis=-1)
    return np.sqrt(variance)
