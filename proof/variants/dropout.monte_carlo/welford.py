"""Welford's running mean and sum of squares, no list of outputs; try/finally."""
import numpy as np


def mc_dropout(model, x, samples):
    mean = squares = 0.0
    try:
        for count in range(1, samples + 1):
            model.train()
            output = np.asarray(model(x), dtype=np.float64)
            step = output - mean
            mean = mean + step / count
            squares = squares + step * (output - mean)
    finally:
        model.eval()
    return mean, np.sqrt(squares / samples)
