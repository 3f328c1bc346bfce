"""Loop, adds every feature to the first."""
import numpy as np


def step_sums(x):
    sums = x[:, :, 0]
    for f in range(1, x.shape[2]):
        sums += x[:, :, f]
    return sums.copy()


def any_positive(x):
    return step_sums(x).max(axis=1) > 0


def sign_of_winner(x):
    s = step_sums(x)
    winner = np.abs(s).argmax(axis=1)[:, None]
    return np.take_along_axis(s, winner, axis=1)[:, 0] > 0


def majority_positive(x):
    votes = (step_sums(x) > 0).astype(np.int64)
    return np.einsum("nt->n", votes) > votes.shape[1] / 2


def has_pos_and_neg(x):
    s = step_sums(x)
    return np.logical_and(s.max(axis=1) > 0, s.min(axis=1) < 0)
