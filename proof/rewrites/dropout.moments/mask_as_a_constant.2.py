"""loop, Var(c * x) = c**2 * Var(x)"""
import numpy as np


def one(mu, var, p, s):
    factor = s * (1 - p)
    mean_y = factor * mu
    variance_y = factor**2 * var
    return mean_y, variance_y


def dropout_moments(mean, variance, dropout_rate, scale):
    grid = np.broadcast(mean, variance, dropout_rate, scale)
    results = [one(*numbers) for numbers in grid]
    if grid.ndim == 0:
        return results[0]
    means = np.array([r[0] for r in results], dtype=float)
    variances = np.array([r[1] for r in results], dtype=float)
    return means.reshape(grid.shape), variances.reshape(grid.shape)
