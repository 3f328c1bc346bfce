"""einsum of the input with a mask that already carries the scale, written into a typed output."""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not (0.0 <= dropout_rate < 1.0):
            raise ValueError(f"dropout_rate must lie in [0, 1), got {dropout_rate}")
        self.keep = 1.0 - float(dropout_rate)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.keep == 1.0:
            return np.array(x, copy=True)
        mask = np.random.binomial(1, self.keep, size=x.shape) / self.keep
        out = np.empty(x.shape, dtype=x.dtype)
        out[...] = np.einsum("...,...->...", x, mask)
        return out
