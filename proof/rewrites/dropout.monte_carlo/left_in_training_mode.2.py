"""Loops; back to train() at the end."""
import numpy as np


def mc_dropout(model, x, samples):
    model.eval()
    total = None
    runs = []
    for _ in range(samples):
        model.train()
        run = np.array(model(x), dtype=float)
        runs.append(run)
        total = run if total is None else total + run
    model.train()
    mean = total / samples
    spread = np.zeros(mean.shape)
    for run in runs:
        spread = spread + np.square(run - mean)
    return mean, (spread / samples) ** 0.5
