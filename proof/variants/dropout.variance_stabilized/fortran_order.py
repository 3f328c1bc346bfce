"""Fortran-ordered mask and output, own Philox generator, scale computed once."""
from numbers import Real

import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        if not (isinstance(dropout_rate, Real) and 0 <= dropout_rate < 1):
            raise ValueError("dropout_rate must be in [0, 1)")
        self.dropout_rate = float(dropout_rate)
        self.training = True
        self.scale = (1.0 - self.dropout_rate) ** -0.5
        self.rng = np.random.Generator(np.random.Philox())

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.dropout_rate == 0:
            return x.copy(order="F")
        uniform = self.rng.random(x.size).reshape(x.shape, order="F")
        out = np.zeros(x.shape, dtype=x.dtype, order="F")
        np.multiply(x, self.scale, out=out, where=uniform >= self.dropout_rate)
        return out
