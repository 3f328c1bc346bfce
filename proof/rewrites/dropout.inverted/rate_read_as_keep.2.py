"""einsum with a binomial mask of keep_prob"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.keep_prob = float(dropout_rate)
        self.training = True
        self.rng = np.random.default_rng()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.keep_prob == 0:
            return x.copy()
        mask = self.rng.binomial(1, self.keep_prob, size=x.shape) / self.keep_prob
        out = np.empty_like(x)
        out[...] = np.einsum("...,...->...", x, mask)
        return out
