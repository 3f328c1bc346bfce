"""one factor per element from a helper, loop"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.keep = 1.0 - float(dropout_rate)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def factor(self):
        if not self.training:
            return self.keep
        return 1 / self.keep if np.random.random() < self.keep else 0.0

    def __call__(self, x):
        out = np.empty_like(x)
        for index in np.ndindex(x.shape):
            out[index] = x[index] * self.factor()
        return out
