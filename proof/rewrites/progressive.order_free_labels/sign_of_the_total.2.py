"""Einsum over steps and features at once."""
import numpy as np


def step_sums(x):
    return np.einsum("ntf->nt", x)


def any_positive(x):
    return step_sums(x).max(axis=1) > 0


def sign_of_winner(x):
    total = np.einsum("ntf->n", x)
    return np.sign(total) == 1


def majority_positive(x):
    votes = (step_sums(x) > 0).astype(np.int64)
    return np.einsum("nt->n", votes) > votes.shape[1] / 2


def has_pos_and_neg(x):
    s = step_sums(x)
    return np.logical_and(s.max(axis=1) > 0, s.min(axis=1) < 0)
