"""choice without replacement of the dropped positions"""
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
        if not self.training or self.rate == 0:
            return x.copy()

        flat = x.flatten()
        flat /= 1 - self.rate
        count = int(round(self.rate * flat.size))
        dropped = self.rng.choice(flat.size, size=count, replace=False) if count else []
        flat[np.array(dropped, dtype=int)] = 0
        return flat.reshape(x.shape)
