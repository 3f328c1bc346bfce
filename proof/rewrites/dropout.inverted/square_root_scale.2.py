"""power -0.5 in the constructor, loop"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.keep = 1.0 - float(dropout_rate)
        self.scale = self.keep ** -0.5
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training:
            return x.copy()

        out = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            if self.rng.random() < self.keep:
                out[index] = x[index] * self.scale
        return out
