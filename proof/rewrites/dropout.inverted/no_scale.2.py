"""copy, then a loop that zeroes elements"""
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
        out = np.array(x, copy=True)
        if self.training:
            for index in np.ndindex(x.shape):
                if np.random.random() < self.rate:
                    out[index] = 0
        return out
