"""The sums are an einsum; the questions use maxima, minima and take_along_axis."""
import numpy as np


def step_sums(x):
    return np.einsum("ntf->nt", x)


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
