"""Welford's running variance"""
import numpy as np


class Running:
    def __init__(self):
        self.n, self.mean, self.m2 = 0, 0.0, 0.0

    def add(self, x):
        self.n += 1
        step = x - self.mean
        self.mean += step / self.n
        self.m2 += step * (x - self.mean)


def explained_variance(values, returns):
    if np.shape(values) != np.shape(returns):
        raise ValueError("shapes differ")
    if np.min(returns) == np.max(returns):
        return float("nan")
    total, left = Running(), Running()
    for v, r in zip(np.ravel(values).tolist(), np.ravel(returns).tolist()):
        total.add(r)
        left.add(r - v)
    return left.m2 / total.m2
