"""Buffer and einsum, never calls train."""
import numpy as np


def collect(model, x, samples):
    first = np.asarray(model(x), dtype=float)
    runs = np.zeros((samples,) + first.shape)
    runs[0] = first
    for i in range(1, samples):
        runs[i] = model(x)
    return runs


def mc_dropout(model, x, samples):
    runs = collect(model, x, samples)
    model.eval()
    mean = np.einsum("s...->...", runs) / samples
    centred = runs - mean
    return mean, np.sqrt(np.einsum("s...,s...->...", centred, centred) / samples)
