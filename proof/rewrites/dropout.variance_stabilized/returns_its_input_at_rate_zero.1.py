"""np.multiply with where, rate looked at first"""
from numbers import Real

import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        if not (isinstance(dropout_rate, Real) and 0 <= dropout_rate < 1):
            raise ValueError("dropout_rate must be in [0, 1)")
        self.dropout_rate = float(dropout_rate)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.dropout_rate == 0:
            return x
        if not self.training:
            return x.copy()
        keep = 1.0 - self.dropout_rate
        survives = np.random.random_sample(x.shape) < keep
        scale = float(np.sqrt(1.0 / keep))
        out = np.zeros_like(x)
        np.multiply(x, scale, out=out, where=survives)
        return out
