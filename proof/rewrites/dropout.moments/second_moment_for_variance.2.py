"""helper array of zeros for the shape"""
import numpy as np


def expand(value, shape):
    return value + np.zeros(shape)


def dropout_moments(mean, variance, dropout_rate, scale):
    shape = np.broadcast(mean, variance, dropout_rate, scale).shape
    keep = 1 - dropout_rate
    mean_y = scale * keep * mean
    mean_of_x_squared = variance + mean**2
    variance_y = scale**2 * keep * mean_of_x_squared
    return expand(mean_y, shape), expand(variance_y, shape)
