"""number by number in a list comprehension"""
import numpy as np


def one(mu, var, p, s):
    keep = 1.0 - p
    mean_y = keep * s * mu
    masked_variance = keep * var
    variance_y = masked_variance * s * s
    return mean_y, variance_y


def dropout_moments(mean, variance, dropout_rate, scale):
    grid = np.broadcast(mean, variance, dropout_rate, scale)
    results = [one(*numbers) for numbers in grid]
    if grid.ndim == 0:
        return results[0]
    means = np.array([r[0] for r in results], dtype=float)
    variances = np.array([r[1] for r in results], dtype=float)
    return means.reshape(grid.shape), variances.reshape(grid.shape)
