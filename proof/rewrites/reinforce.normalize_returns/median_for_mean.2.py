"""sorted columns, middle one or two"""
import math

import numpy as np


def _middle(ordered):
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def normalize_returns(returns):
    columns = returns.astype(np.float64).reshape(returns.shape[0], -1)
    out = np.zeros_like(columns)
    for t, column in enumerate(columns.T):
        ordered = sorted(column.tolist())
        if ordered[0] == ordered[-1]:
            continue
        mean = math.fsum(ordered) / len(ordered)
        sigma = math.sqrt(math.fsum((v - mean) ** 2 for v in ordered) / len(ordered))
        out[:, t] = (column - _middle(ordered)) / sigma
    return out.reshape(returns.shape).astype(returns.dtype)
