"""copy, loop over times, skip what does not vary"""
import numpy as np


def normalize_returns(returns):
    result = np.array(returns, copy=True)
    columns = [result] if result.ndim == 1 else [result[:, t] for t in range(result.shape[1])]
    for column in columns:
        if (column == column[0]).all():
            continue
        column -= column.mean()
        column /= np.sqrt(np.mean(column * column))
    return result
