"""Einsum, weights -1 and 1 by the side of the middle."""
import numpy as np


def step_sums(x):
    return np.einsum("ntf->nt", x)


def trend_sign(x):
    s = step_sums(x)
    T = s.shape[1]
    weights = np.sign(np.arange(T) - (T - 1) / 2)
    return np.einsum("nt,t->n", s, weights) > 0


def last_above_first(x):
    s = step_sums(x)
    return np.greater(s[:, -1], s[:, 0])


def xor_of_endpoints(x):
    ends = step_sums(x)[:, [0, -1]] > 0
    return np.logical_xor(ends[:, 0], ends[:, 1])


def parity_of_sign_changes(x):
    positive = (step_sums(x) > 0).astype(int)
    count = np.abs(np.diff(positive, axis=1)).sum(axis=1)
    return (count & 1).astype(bool)


def max_before_min(x):
    s = step_sums(x)
    return np.less(np.argmax(s, axis=1), np.argmin(s, axis=1))
