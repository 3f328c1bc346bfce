"""The textbook estimate s / sqrt(n), with n - 1 in s, by loops."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    runs = []
    for _ in range(samples):
        runs.append(np.asarray(model(x), dtype=float))
    model.eval()
    mean = sum(runs) / samples
    if samples == 1:
        return mean, np.zeros_like(mean)
    squares = sum((run - mean) ** 2 for run in runs)
    return mean, np.sqrt(squares / (samples * (samples - 1)))
