"""broadcast_arrays, E[mask] = dropout_rate"""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    mean, variance, dropout_rate, scale = np.broadcast_arrays(
        mean, variance, dropout_rate, scale
    )
    mean_y = scale * dropout_rate * mean
    second_moment = scale**2 * dropout_rate * (variance + mean**2)
    variance_y = second_moment - mean_y**2
    return mean_y, variance_y
