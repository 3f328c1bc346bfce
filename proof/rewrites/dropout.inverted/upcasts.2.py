"""list of Python floats turned into an array, loop"""
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
        values = x.ravel().tolist()
        if self.training:
            for i in range(len(values)):
                if self.rng.random() < self.rate:
                    values[i] = 0.0
                else:
                    values[i] /= 1 - self.rate
        return np.array(values, dtype=float).reshape(x.shape)
