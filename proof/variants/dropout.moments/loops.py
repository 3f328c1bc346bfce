"""One tuple of numbers at a time, by the definition of mean and variance over the two values of the mask."""
import numpy as np


def one(mean, variance, dropout_rate, scale):
    values = [(1.0 - dropout_rate, scale * mean, scale**2 * variance), (dropout_rate, 0.0, 0.0)]
    mean_y = sum(chance * centre for chance, centre, _ in values)
    return mean_y, sum(chance * (spread + (centre - mean_y) ** 2) for chance, centre, spread in values)


def dropout_moments(mean, variance, dropout_rate, scale):
    broadcast = np.broadcast(mean, variance, dropout_rate, scale)
    pairs = [one(*map(float, numbers)) for numbers in broadcast]
    means = np.array([pair[0] for pair in pairs]).reshape(broadcast.shape)
    variances = np.array([pair[1] for pair in pairs]).reshape(broadcast.shape)
    return (means, variances) if broadcast.shape else (float(means), float(variances))
