"""Flattens to rows and maps a helper over them; deviation with math.fsum and hypot-like scaling."""
import math

import numpy as np


def drop_row(row, rate, rng):
    kept = np.flatnonzero(rng.random(row.size) >= rate)
    result = np.zeros_like(row)
    result[kept] = row[kept] / (1 - rate)
    return result


def attention_dropout(weights, dropout_rate):
    rng = np.random.default_rng()
    rows = np.reshape(weights, (-1, weights.shape[-1]))
    return np.array([drop_row(row, dropout_rate, rng) for row in rows]).reshape(weights.shape)


def row_sum_std(weights, dropout_rate):
    odds = dropout_rate / (1 - dropout_rate)
    rows = np.reshape(weights, (-1, weights.shape[-1])).tolist()
    stds = [math.sqrt(odds * math.fsum(w * w for w in row)) for row in rows]
    return np.array(stds).reshape(weights.shape[:-1])
