"""statistics module on each column"""
import statistics

import numpy as np


def _column(values):
    values = [float(v) for v in values]
    if min(values) == max(values):
        return [0.0] * len(values)
    m = statistics.fmean(values)
    s = statistics.stdev(values)
    return [(v - m) / s for v in values]


def normalize_returns(returns):
    if returns.ndim == 1:
        return np.array(_column(returns), dtype=returns.dtype)
    return np.array([_column(c) for c in returns.T], dtype=returns.dtype).T
