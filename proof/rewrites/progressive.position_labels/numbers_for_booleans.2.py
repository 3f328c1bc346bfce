"""Einsum and a helper that makes 0 and 1 of the labels."""
import numpy as np


def as_labels(condition):
    return condition.astype(np.float64)


def step_sums(x):
    return np.einsum("ntf->nt", x)


def trend_sign(x):
    s = step_sums(x)
    T = s.shape[1]
    weights = 2.0 * np.arange(T) - (T - 1)
    return as_labels(np.einsum("nt,t->n", s, weights) > 0)


def last_above_first(x):
    s = step_sums(x)
    return as_labels(np.greater(s[:, -1], s[:, 0]))


def xor_of_endpoints(x):
    ends = step_sums(x)[:, [0, -1]] > 0
    return as_labels(np.logical_xor(ends[:, 0], ends[:, 1]))


def parity_of_sign_changes(x):
    positive = (step_sums(x) > 0).astype(int)
    count = np.abs(np.diff(positive, axis=1)).sum(axis=1)
    return as_labels(count % 2 == 1)


def max_before_min(x):
    s = step_sums(x)
    return as_labels(np.less(np.argmax(s, axis=1), np.argmin(s, axis=1)))
