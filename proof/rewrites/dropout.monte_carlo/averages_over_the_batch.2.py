"""Sums over the last axis, written out."""
import numpy as np


def mean_and_deviation(values):
    count = values.shape[-1]
    mean = np.add.reduce(values, axis=-1) / count
    off = values - mean[..., np.newaxis]
    return mean, np.sqrt(np.add.reduce(off * off, axis=-1) / count)


def mc_dropout(model, x, samples):
    model.train()
    runs = []
    for _ in range(samples):
        runs.append(np.array(model(x), dtype=np.float64))
    model.eval()
    return mean_and_deviation(np.array(runs))
