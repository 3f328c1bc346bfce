"""A helper that switches on, runs and switches off, then the rest as sums."""
import numpy as np


def first_run(model, x):
    model.train()
    y = model(x)
    model.eval()
    return np.asarray(y, dtype=float)


def mc_dropout(model, x, samples):
    runs = [first_run(model, x)]
    while len(runs) < samples:
        runs.append(np.asarray(model(x), dtype=float))
    mean = sum(runs) / samples
    variance = sum((run - mean) ** 2 for run in runs) / samples
    return mean, np.sqrt(variance)
