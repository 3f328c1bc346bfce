"""name y bound to x, loop in training"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.rate = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        y = x
        if self.training:
            y = np.zeros(x.shape, dtype=x.dtype)
            for index in np.ndindex(x.shape):
                if self.rng.random() >= self.rate:
                    y[index] = x[index] / (1 - self.rate)
        return y
