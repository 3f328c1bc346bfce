"""no check, vectorised"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        self.rate = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        mask = self.rng.random(x.shape) >= self.rate
        out = np.zeros(x.shape, dtype=x.dtype)
        out[mask] = x[mask] / (1 - self.rate)
        return out
