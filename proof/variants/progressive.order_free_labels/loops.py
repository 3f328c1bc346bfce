"""Plain Python loops over examples, steps and features."""
import numpy as np

def step_sums(x):
    sums = np.zeros(x.shape[:2], dtype=x.dtype)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            for value in x[n, t]:
                sums[n, t] += value
    return sums

def any_positive(x):
    return np.array([any(v > 0 for v in row) for row in step_sums(x)], dtype=bool)

def sign_of_winner(x):
    labels = []
    for row in step_sums(x):
        winner = row[0]
        for v in row[1:]:
            if abs(v) > abs(winner):
                winner = v
        labels.append(winner > 0)
    return np.array(labels, dtype=bool)

def majority_positive(x):
    labels = []
    for row in step_sums(x):
        count = sum(1 for v in row if v > 0)
        labels.append(2 * count > len(row))
    return np.array(labels, dtype=bool)

def has_pos_and_neg(x):
    labels = []
    for row in step_sums(x):
        labels.append(any(v > 0 for v in row) and any(v < 0 for v in row))
    return np.array(labels, dtype=bool)
