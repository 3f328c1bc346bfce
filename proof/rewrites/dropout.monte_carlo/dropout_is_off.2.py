"""eval before every call, running sums."""
import numpy as np


def predict(model, x):
    model.eval()
    return model(x)


def mc_dropout(model, x, samples):
    model.train()
    mean = squares = 0.0
    for n in range(1, samples + 1):
        y = predict(model, x)
        delta = y - mean
        mean = mean + delta / n
        squares = squares + delta * (y - mean)
    return mean, np.sqrt(squares / samples)
