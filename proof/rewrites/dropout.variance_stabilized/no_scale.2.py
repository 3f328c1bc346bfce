"""Copy, then zero by boolean index"""
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
        out = x.copy()
        if self.training and self.dropout_rate > 0:
            dropped = np.random.uniform(size=x.shape) < self.dropout_rate
            out[dropped] = 0
        return out
