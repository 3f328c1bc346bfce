"""eval() sets the rate to 0"""
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
        self.rate = 0.0

    def __call__(self, x):
        if self.rate == 0:
            return x.copy()
        drops = np.random.uniform(size=x.shape) < self.rate
        out = np.array(x)
        out /= 1 - self.rate
        out[drops] = 0
        return out
