"""Sums in float64 and Fortran order; the winner is found by a stable sort, votes by signs."""
import numpy as np


def step_sums(x):
    return np.asfortranarray(np.add.reduce(x, axis=-1, dtype=np.float64))


def any_positive(x):
    return np.logical_or.reduce(step_sums(x) > 0, axis=-1)


def sign_of_winner(x):
    s = step_sums(x)
    order = np.argsort(-np.abs(s), axis=1, kind="stable")
    rows = np.arange(s.shape[0])
    return np.sign(s)[rows, order[:, 0]] == 1


def majority_positive(x):
    return np.where(step_sums(x) > 0, 1, -1).sum(axis=1) > 0


def has_pos_and_neg(x):
    signs = np.sign(step_sums(x))
    found = np.stack([(signs == 1).any(axis=1), (signs == -1).any(axis=1)])
    return found.all(axis=0)
