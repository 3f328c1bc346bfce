"""+= on the variance where the shape allows it"""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    shape = np.broadcast(mean, variance, dropout_rate, scale).shape
    keep = 1.0 - dropout_rate
    mean_y = scale * keep * mean + np.zeros(shape)
    if np.shape(variance) == shape:
        variance += mean**2
    else:
        variance = variance + mean**2
    variance_y = scale**2 * keep * variance - mean_y**2
    return mean_y, variance_y
