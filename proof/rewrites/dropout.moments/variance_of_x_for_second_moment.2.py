"""np.vectorize of a scalar function"""
import numpy as np


def moments(mu, var, p, s):
    keep = 1 - p
    mean_mx = keep * mu
    variance_mx = keep * var - mean_mx**2
    mean_y = s * mean_mx
    variance_y = s**2 * variance_mx
    return mean_y, variance_y


def dropout_moments(mean, variance, dropout_rate, scale):
    function = np.vectorize(moments, otypes=[float, float])
    mean_y, variance_y = function(mean, variance, dropout_rate, scale)
    return mean_y[()], variance_y[()]
