"""Reduction by exclusive or over the steps."""
import numpy as np


def step_sums(x):
    return np.einsum("ntf->nt", x)


def trend_sign(x):
    s = step_sums(x)
    T = s.shape[1]
    weights = 2.0 * np.arange(T) - (T - 1)
    return np.einsum("nt,t->n", s, weights) > 0


def last_above_first(x):
    s = step_sums(x)
    return np.greater(s[:, -1], s[:, 0])


def xor_of_endpoints(x):
    ends = step_sums(x)[:, [0, -1]] > 0
    return np.logical_xor(ends[:, 0], ends[:, 1])


def parity_of_sign_changes(x):
    return np.logical_xor.reduce(step_sums(x) > 0, axis=1)


def max_before_min(x):
    s = step_sums(x)
    return np.less(np.argmax(s, axis=1), np.argmin(s, axis=1))
