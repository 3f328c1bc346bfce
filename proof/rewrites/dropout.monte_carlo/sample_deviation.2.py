"""Welford, divided by max(samples - 1, 1)."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    mean = m2 = 0.0
    for k in range(samples):
        y = np.asarray(model(x), dtype=np.float64)
        step = y - mean
        mean = mean + step / (k + 1)
        m2 = m2 + step * (y - mean)
    model.eval()
    return mean, np.sqrt(m2 / max(samples - 1, 1))
