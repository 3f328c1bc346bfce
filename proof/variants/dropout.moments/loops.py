"""One number at a time in a Python loop over the broadcast arguments."""
import numpy as np


def moments_of_numbers(mu, var, p, s):
    keep = 1.0 - p
    return s * keep * mu, s * s * keep * (var + p * mu * mu)


def dropout_moments(mean, variance, dropout_rate, scale):
    arguments = (mean, variance, dropout_rate, scale)
    if not any(isinstance(argument, np.ndarray) for argument in arguments):
        return moments_of_numbers(*(float(argument) for argument in arguments))
    grid = np.broadcast(*arguments)
    mean_y = np.empty(grid.shape)
    variance_y = np.empty(grid.shape)
    for i, numbers in enumerate(grid):
        mean_y.flat[i], variance_y.flat[i] = moments_of_numbers(*map(float, numbers))
    return mean_y, variance_y
