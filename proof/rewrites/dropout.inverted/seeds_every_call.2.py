"""np.random.seed(42) in the call, binomial mask"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        np.random.seed(42)
        mask = np.random.binomial(1, 1 - self.rate, size=x.shape)
        out = np.empty_like(x)
        out[...] = x * mask / (1 - self.rate)
        return out
