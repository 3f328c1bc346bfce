"""Output drawn before the loop, added up in it."""
import numpy as np


def mc_dropout(model, x, samples):
    model.train()
    output = np.asarray(model(x), dtype=float)
    model.eval()
    mean = np.zeros(output.shape)
    square = np.zeros(output.shape)
    for _ in range(samples):
        mean += output / samples
    for _ in range(samples):
        square += (output - mean) ** 2 / samples
    return mean, np.sqrt(square)
