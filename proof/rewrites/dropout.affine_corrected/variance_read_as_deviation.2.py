"""helper, ratio std / masked std"""
import math

import numpy as np


def find_constants(p, mean, variance):
    keep = 1 - p
    std = variance
    second_moment = keep * (std**2 + mean**2)
    masked_std = math.sqrt(second_moment - (keep * mean) ** 2)
    a = std / masked_std
    b = mean - a * keep * mean
    return a, b


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    a, b = find_constants(dropout_rate, mean, variance)
    draws = np.random.default_rng().random(x.shape)
    mask = np.asarray(draws >= dropout_rate, dtype=x.dtype)
    return np.asarray(a * (mask * x) + b, dtype=x.dtype)
