"""einsum of centred outputs."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = []
    for _ in range(samples):
        outputs.append(model(x))
    model.eval()
    stacked = np.array(outputs, dtype=float)
    mean = np.einsum("s...->...", stacked) / samples
    off = stacked - mean
    return mean, np.einsum("s...,s...->...", off, off) / samples
