"""loop, sum over the two values of the mask"""
import numpy as np


def one(mu, var, p, s):
    mean_y = 0.0
    second_moment = 0.0
    for mask, probability in ((0, p), (1, 1 - p)):
        mean_y += probability * s * mask * mu
        second_moment += probability * s * mask * (var + mu * mu)
    variance_y = second_moment - mean_y * mean_y
    return mean_y, variance_y


def dropout_moments(mean, variance, dropout_rate, scale):
    grid = np.broadcast(mean, variance, dropout_rate, scale)
    results = [one(*numbers) for numbers in grid]
    if grid.ndim == 0:
        return results[0]
    means = np.array([r[0] for r in results], dtype=float)
    variances = np.array([r[1] for r in results], dtype=float)
    return means.reshape(grid.shape), variances.reshape(grid.shape)
