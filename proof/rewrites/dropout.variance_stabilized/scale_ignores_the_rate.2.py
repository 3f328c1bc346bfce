"""np.multiply with out and where, scale as module constant"""
from numbers import Real

import numpy as np

SCALE = 1 / 0.5**0.5


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
        if not self.training or self.dropout_rate == 0:
            return x.copy()
        keep = 1.0 - self.dropout_rate
        survives = np.random.random_sample(x.shape) < keep
        out = np.zeros_like(x)
        np.multiply(x, SCALE, out=out, where=survives)
        return out
