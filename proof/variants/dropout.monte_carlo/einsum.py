"""Stacks the outputs, averages them and the squared deviations with einsum."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    outputs = np.stack([model(x) for _ in range(samples)]).astype(np.float64)
    model.eval()
    shares = np.full(samples, 1 / samples)
    mean = np.einsum("s,s...->...", shares, outputs)
    deviations = outputs - mean
    return mean, np.sqrt(np.einsum("s,s...,s...->...", shares, deviations, deviations))
