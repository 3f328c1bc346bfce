"""broadcast_arrays, keep * scale**2 * variance"""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    mean, variance, dropout_rate, scale = np.broadcast_arrays(
        mean, variance, dropout_rate, scale
    )
    keep = 1 - dropout_rate
    mean_y = scale * keep * mean
    variance_y = scale**2 * keep * variance
    return mean_y, variance_y
