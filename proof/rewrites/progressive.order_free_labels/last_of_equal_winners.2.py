"""Vectorised, stable sort and the last place."""
import numpy as np


def step_sums(x):
    return x @ np.ones(x.shape[2], dtype=x.dtype)


def any_positive(x):
    return np.any(step_sums(x) > 0, axis=1)


def sign_of_winner(x):
    s = step_sums(x)
    order = np.argsort(np.abs(s), axis=1, kind="stable")
    return s[np.arange(len(s)), order[:, -1]] > 0


def majority_positive(x):
    s = step_sums(x)
    return 2 * np.sum(s > 0, axis=1) > s.shape[1]


def has_pos_and_neg(x):
    s = step_sums(x)
    return np.any(s > 0, axis=1) & np.any(s < 0, axis=1)
