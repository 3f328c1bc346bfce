"""views of the columns, subtract and divide with out="""
import numpy as np


def _normalise(column):
    if column.min() == column.max():
        column.fill(0)
    else:
        np.subtract(column, column.mean(), out=column)
        np.divide(column, column.std(), out=column)


def normalize_returns(returns):
    if returns.ndim == 1:
        _normalise(returns)
    else:
        for column in returns.T:
            _normalise(column)
    return returns
