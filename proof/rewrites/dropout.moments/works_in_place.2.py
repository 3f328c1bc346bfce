"""np.add with out= into the variance, closed form"""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    grid = np.broadcast(mean, variance, dropout_rate, scale)
    full = isinstance(variance, np.ndarray) and variance.shape == grid.shape
    out = variance if full else np.zeros(grid.shape)
    mean_y = scale * (1 - dropout_rate) * mean + np.zeros(grid.shape)
    np.add(variance, dropout_rate * np.square(mean), out=out)
    variance_y = scale**2 * (1 - dropout_rate) * out
    return mean_y, variance_y
