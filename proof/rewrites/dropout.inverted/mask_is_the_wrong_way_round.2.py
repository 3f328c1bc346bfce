"""loop with a helper that tosses the coin"""
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

    def survives(self):
        return self.rng.binomial(1, self.rate) == 1

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        scale = 1 / (1 - self.rate)
        values = [v * scale if self.survives() else 0.0 for v in x.ravel().tolist()]
        return np.array(values, dtype=x.dtype).reshape(x.shape)
