"""Helpers, closed interval, scale kept finite"""
import math
from numbers import Real

import numpy as np


def check_rate(rate):
    if not (isinstance(rate, Real) and 0 <= rate <= 1):
        raise ValueError("dropout_rate must be between 0 and 1")
    return float(rate)


def draw_mask(rng, keep, shape):
    return np.asarray(rng.binomial(1, keep, size=shape), dtype=bool)


def scale_for(keep):
    return 1 / math.sqrt(max(keep, 1e-12))


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        self.dropout_rate = check_rate(dropout_rate)
        self.training = True
        self.rng = np.random.RandomState()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        out = np.array(x)
        if self.training and self.dropout_rate > 0:
            keep = 1 - self.dropout_rate
            out *= scale_for(keep)
            out[~draw_mask(self.rng, keep, x.shape)] = 0
        return out
