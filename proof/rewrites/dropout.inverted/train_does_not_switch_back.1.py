"""train() trusts the default mode"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        return self  # a layer is in training mode by default

    def eval(self):
        self.training = False
        return self

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        mask = self.rng.random(x.shape) >= self.rate
        out = np.zeros(x.shape, dtype=x.dtype)
        np.divide(x, 1 - self.rate, out=out, where=mask)
        return out
