"""np.where, divides by keep"""
from numbers import Real

import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        if not (isinstance(dropout_rate, Real) and 0 <= dropout_rate < 1):
            raise ValueError("dropout_rate must be in [0, 1)")
        self.dropout_rate = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.dropout_rate == 0:
            return x.copy()
        mask = self.rng.random(x.shape) >= self.dropout_rate
        scale = 1 / (1 - self.dropout_rate)
        return np.where(mask, x * scale, 0).astype(x.dtype)
