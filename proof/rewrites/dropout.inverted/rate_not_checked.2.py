"""the check comes with the first call, loop"""
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
        if not 0 <= self.rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        if not self.training:
            return x.copy()
        values = []
        for value, u in zip(x.ravel().tolist(), self.rng.random(x.size).tolist()):
            values.append(0.0 if u < self.rate else value / (1 - self.rate))
        return np.array(values, dtype=x.dtype).reshape(x.shape)
