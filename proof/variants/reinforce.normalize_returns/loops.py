"""One column after another in double precision, asking whether its largest is its smallest."""
import numpy as np


def normalize_returns(returns):
    table = returns.reshape(returns.shape[0], -1)
    out = np.zeros(table.shape)
    for t in range(table.shape[1]):
        column = table[:, t].astype(np.float64)
        if column.max() > column.min():
            centred = column - column.sum() / len(column)
            out[:, t] = centred / np.sqrt(np.dot(centred, centred) / len(centred))
    return out.reshape(returns.shape).astype(returns.dtype)
