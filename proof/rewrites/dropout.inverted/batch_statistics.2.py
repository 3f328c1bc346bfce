"""ratio of the sums before and after dropping"""
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

        values = x.ravel().tolist()
        kept = [v if self.rng.random() >= self.rate else 0.0 for v in values]
        total, remaining = sum(values), sum(kept)
        scale = total / remaining if remaining != 0 else 1 / (1 - self.rate)
        return np.array([v * scale for v in kept], dtype=x.dtype).reshape(x.shape)
