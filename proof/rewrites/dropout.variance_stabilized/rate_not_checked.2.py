"""Helpers, the rate is looked at only in the call"""
import math
from numbers import Real

import numpy as np


def check_rate(rate):
    if not (isinstance(rate, Real) and 0 <= rate < 1):
        raise ValueError("dropout_rate must be in [0, 1)")


def draw_mask(rng, keep, shape):
    return np.asarray(rng.binomial(1, keep, size=shape), dtype=bool)


def scale_for(keep):
    return 1 / math.sqrt(keep)


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        self.dropout_rate = dropout_rate
        self.training = True
        self.rng = np.random.RandomState()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        check_rate(self.dropout_rate)
        out = np.array(x)
        if self.training and self.dropout_rate > 0:
            keep = 1 - self.dropout_rate
            out *= scale_for(keep)
            out[~draw_mask(self.rng, keep, x.shape)] = 0
        return out
