"""np.vectorize, closed form"""
import numpy as np


def moments(mu, var, p, s):
    keep = p
    mean_y = s * keep * mu
    variance_y = s * s * keep * (var + (1 - keep) * mu * mu)
    return mean_y, variance_y


def dropout_moments(mean, variance, dropout_rate, scale):
    function = np.vectorize(moments, otypes=[float, float])
    mean_y, variance_y = function(mean, variance, dropout_rate, scale)
    return mean_y[()], variance_y[()]
