"""Vectorised, opposite signs by products."""
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
    s = step_sums(x)
    return s[:, 0] * s[:, -1] < 0


def parity_of_sign_changes(x):
    s = step_sums(x)
    changes = s[:, 1:] * s[:, :-1] < 0
    return changes.sum(axis=1) % 2 == 1


def max_before_min(x):
    s = step_sums(x)
    return s.argmax(axis=1) < s.argmin(axis=1)
