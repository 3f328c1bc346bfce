"""zeros for the shape, E[y**2] - E[y]**2"""
import numpy as np


def expand(value, shape):
    return value + np.zeros(shape)


def dropout_moments(mean, variance, dropout_rate, scale):
    shape = np.broadcast(mean, variance, dropout_rate, scale).shape
    keep = 1 - dropout_rate
    mean_y = scale * keep * mean
    second_moment = scale * keep * (variance + mean**2)
    variance_y = second_moment - mean_y**2
    return expand(mean_y, shape), expand(variance_y, shape)
