"""scale computed in the constructor, binomial mask"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.scale = 1 / self.rate if self.rate > 0 else 1.0
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training:
            return x.copy()
        mask = np.random.binomial(1, 1 - self.rate, size=x.shape)
        return np.asarray(x * mask * self.scale).astype(x.dtype)
