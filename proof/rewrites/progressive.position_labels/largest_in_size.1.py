"""Vectorised, np.abs of the sums."""
import numpy as np


def step_sums(x):
    return x.sum(axis=2)


def trend_sign(x):
    s = step_sums(x)
    t = np.arange(s.shape[1])
    return np.sum((t - t.mean()) * s, axis=1) > 0


def last_above_first(x):
    s = step_sums(x)
    return s[:, -1] > s[:, 0]


def xor_of_endpoints(x):
    positive = step_sums(x) > 0
    return positive[:, 0] ^ positive[:, -1]


def parity_of_sign_changes(x):
    positive = step_sums(x) > 0
    changes = positive[:, 1:] != positive[:, :-1]
    return changes.sum(axis=1) % 2 == 1


def max_before_min(x):
    size = np.abs(step_sums(x))
    return size.argmax(axis=1) < size.argmin(axis=1)
