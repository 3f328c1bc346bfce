"""E[y**2] - E[y]**2 with keep**2"""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    mean, variance, dropout_rate, scale = np.broadcast_arrays(
        mean, variance, dropout_rate, scale
    )
    keep = 1.0 - dropout_rate
    mean_y = scale * keep * mean
    second_moment = scale**2 * keep**2 * (variance + mean**2)
    variance_y = second_moment - mean_y**2
    return mean_y, variance_y
