"""Products by einsum over the flattened broadcast arguments."""
import numpy as np


def dropout_moments(mean, variance, dropout_rate, scale):
    arguments = (mean, variance, dropout_rate, scale)
    shape = np.broadcast(*arguments).shape
    m, v, p, s = (
        np.broadcast_to(np.asarray(argument, dtype=float), shape).reshape(-1)
        for argument in arguments
    )
    mean_y = np.einsum("i,i,i->i", s, 1 - p, m).reshape(shape)
    second = v + np.einsum("i,i,i->i", p, m, m)
    variance_y = np.einsum("i,i,i,i->i", s, s, 1 - p, second).reshape(shape)
    if any(isinstance(argument, np.ndarray) for argument in arguments):
        return mean_y, variance_y
    return mean_y.item(), variance_y.item()
