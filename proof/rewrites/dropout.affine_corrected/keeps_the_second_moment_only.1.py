"""helper for the constants, no shift needed"""
import math

import numpy as np


def find_constants(p, mean, variance):
    keep = 1 - p
    a = 1 / math.sqrt(keep)
    b = 0.0
    return a, b


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    a, b = find_constants(dropout_rate, mean, variance)
    draws = np.random.default_rng().random(x.shape)
    mask = np.asarray(draws >= dropout_rate, dtype=x.dtype)
    return np.asarray(a * (mask * x) + b, dtype=x.dtype)
