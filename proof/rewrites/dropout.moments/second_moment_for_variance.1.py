"""einsum for every product"""
import numpy as np


def product(*factors):
    return np.einsum(",".join(["..."] * len(factors)) + "->...", *factors)


def dropout_moments(mean, variance, dropout_rate, scale):
    m, v, p, s = np.broadcast_arrays(mean, variance, dropout_rate, scale)
    keep = 1.0 - p
    mean_y = product(s, keep, m)
    second = v + product(m, m)
    variance_y = product(s, s, keep, second)
    return mean_y[()], variance_y[()]
