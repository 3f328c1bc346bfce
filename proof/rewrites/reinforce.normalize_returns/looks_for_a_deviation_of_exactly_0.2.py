"""loop over times, early continue"""
import numpy as np


def normalize_returns(returns):
    n = returns.shape[0]
    table = returns.reshape(n, -1)
    out = np.zeros(table.shape, dtype=returns.dtype)
    for j in range(table.shape[1]):
        column = table[:, j]
        mean = column.sum() / n
        variance = ((column - mean) ** 2).sum() / n
        if variance == 0:
            continue
        out[:, j] = (column - mean) / np.sqrt(variance)
    return out.reshape(returns.shape)
