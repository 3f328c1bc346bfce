"""Loops, squares of the ends."""
import numpy as np

def step_sums(x):
    n_examples, n_steps, n_features = x.shape
    sums = np.zeros((n_examples, n_steps), dtype=x.dtype)
    for f in range(n_features):
        sums += x[:, :, f]
    return sums

def trend_sign(x):
    s = step_sums(x)
    total = np.zeros(len(s))
    for t in range(s.shape[1]):
        total += (t - (s.shape[1] - 1) / 2) * s[:, t]
    return total > 0

def last_above_first(x):
    return np.array([row[-1] ** 2 > row[0] ** 2 for row in step_sums(x)], dtype=bool)

def xor_of_endpoints(x):
    return np.array([(row[0] > 0) != (row[-1] > 0) for row in step_sums(x)], dtype=bool)

def parity_of_sign_changes(x):
    labels = []
    for row in step_sums(x):
        count = 0
        for a, b in zip(row[:-1], row[1:]):
            count += int((a > 0) != (b > 0))
        labels.append(count % 2 == 1)
    return np.array(labels, dtype=bool)

def max_before_min(x):
    labels = []
    for row in step_sums(x).tolist():
        labels.append(row.index(max(row)) < row.index(min(row)))
    return np.array(labels, dtype=bool)
