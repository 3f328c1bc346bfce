"""Flattens each example, extremes of its features."""
import numpy as np

def step_sums(x):
    n_examples, n_steps, n_features = x.shape
    sums = np.zeros((n_examples, n_steps), dtype=x.dtype)
    for f in range(n_features):
        sums += x[:, :, f]
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
    for example in x:
        values = example.ravel()
        labels.append(max(values) > 0 and min(values) < 0)
    return np.array(labels, dtype=bool)
