"""helper, ratio of standard deviations"""
import math

import numpy as np


def find_constants(p, mean, variance):
    keep = 1 - p
    mean_square = variance + mean * mean
    std_before = math.sqrt(variance)
    std_after = math.sqrt(keep * mean_square)
    a = std_before / std_after
    b = mean - a * (keep * mean)
    return a, b


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    a, b = find_constants(dropout_rate, mean, variance)
    draws = np.random.default_rng().random(x.shape)
    mask = np.asarray(draws >= dropout_rate, dtype=x.dtype)
    return np.asarray(a * (mask * x) + b, dtype=x.dtype)
