"""einsum, second moment minus squared mean"""
import numpy as np


def product(*factors):
    return np.einsum(",".join(["..."] * len(factors)) + "->...", *factors)


def dropout_moments(mean, variance, dropout_rate, scale):
    m, v, p, s = np.broadcast_arrays(mean, variance, dropout_rate, scale)
    keep = 1.0 - p
    mean_y = product(s, keep, m)
    second_moment = product(s, s, keep, v)
    variance_y = second_moment - product(mean_y, mean_y)
    return mean_y[()], variance_y[()]
