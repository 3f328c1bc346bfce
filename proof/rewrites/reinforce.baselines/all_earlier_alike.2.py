"""class that keeps the history in a list"""
import numpy as np


class History:
    def __init__(self):
        self.means = []

    def baseline(self):
        return sum(self.means) / len(self.means) if self.means else 0.0

    def add(self, batch):
        self.means.append(float(np.mean(batch)))


def mean_baseline(returns):
    n = returns.shape[0]
    return (np.full((n, n), 1.0 / n) @ returns).astype(returns.dtype)


def leave_one_out_baseline(returns):
    out = np.zeros(returns.shape, dtype=returns.dtype)
    if len(returns) > 1:
        for i in range(len(returns)):
            out[i] = np.delete(returns, i, axis=0).mean(axis=0)
    return out


def exponential_baseline(returns, decay):
    history = History()
    out = []
    for batch in returns:
        out.append(history.baseline())
        history.add(batch)
    return np.array(out, dtype=returns.dtype)
