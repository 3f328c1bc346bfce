"""closed form, zeros for the shape"""
import numpy as np


def expand(value, shape):
    return value + np.zeros(shape)


def dropout_moments(mean, variance, dropout_rate, scale):
    shape = np.broadcast(mean, variance, dropout_rate, scale).shape
    keep = 1 - dropout_rate
    mean_y = keep * mean
    variance_y = scale**2 * keep * (variance + dropout_rate * mean**2)
    return expand(mean_y, shape), expand(variance_y, shape)
