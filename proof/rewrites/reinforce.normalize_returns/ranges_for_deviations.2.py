"""np.interp column by column"""
import numpy as np


def normalize_returns(returns):
    table = np.reshape(returns, (returns.shape[0], -1))
    result = np.zeros_like(table)
    for t in range(table.shape[1]):
        smallest, largest = sorted(table[:, t])[0], sorted(table[:, t])[-1]
        if largest > smallest:
            result[:, t] = np.interp(table[:, t], [smallest, largest], [0.0, 1.0])
    return result.reshape(returns.shape)
