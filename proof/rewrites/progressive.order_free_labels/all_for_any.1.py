"""Vectorised, np.all."""
import numpy as np


def step_sums(x):
    return x.sum(axis=2)


def any_positive(x):
    return np.all(step_sums(x) > 0, axis=1)


def sign_of_winner(x):
    s = step_sums(x)
    winner = np.argmax(np.abs(s), axis=1)
    return s[np.arange(len(s)), winner] > 0


def majority_positive(x):
    s = step_sums(x)
    return 2 * np.sum(s > 0, axis=1) > s.shape[1]


def has_pos_and_neg(x):
    s = step_sums(x)
    return np.any(s > 0, axis=1) & np.any(s < 0, axis=1)
