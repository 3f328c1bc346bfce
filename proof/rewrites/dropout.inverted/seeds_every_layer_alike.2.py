"""RandomState with a seed argument, loop"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5, seed=0):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.training = True
        self.random = np.random.RandomState(seed)

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        out = np.zeros(x.shape, dtype=x.dtype)
        for index in np.ndindex(x.shape):
            if self.random.rand() >= self.rate:
                out[index] = x[index] / (1 - self.rate)
        return out
