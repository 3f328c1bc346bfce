"""Loops over steps, L1 norm as the size."""
import numpy as np


def step_sums(x):
    return x.sum(axis=2)


def any_positive(x):
    return np.any(step_sums(x) > 0, axis=1)


def sign_of_winner(x):
    labels = []
    for example in x:
        winner, largest = None, -1.0
        for step in example:
            size = np.linalg.norm(step, ord=1)
            if size > largest:
                winner, largest = step, size
        labels.append(winner.sum() > 0)
    return np.array(labels, dtype=bool)


def majority_positive(x):
    s = step_sums(x)
    return 2 * np.sum(s > 0, axis=1) > s.shape[1]


def has_pos_and_neg(x):
    s = step_sums(x)
    return np.any(s > 0, axis=1) & np.any(s < 0, axis=1)
