"""Vectorised, adds up the signs."""
import numpy as np


def step_sums(x):
    return x.sum(axis=2)


def any_positive(x):
    return np.any(step_sums(x) > 0, axis=1)


def sign_of_winner(x):
    s = step_sums(x)
    winner = np.argmax(np.abs(s), axis=1)
    return s[np.arange(len(s)), winner] > 0


def majority_positive(x):
    return np.sign(step_sums(x)).sum(axis=1) > 0


def has_pos_and_neg(x):
    s = step_sums(x)
    return np.any(s > 0, axis=1) & np.any(s < 0, axis=1)
