"""mask drawn once before the loop over examples"""
import numpy as np


def apply_mask(values, mask, rate):
    out = np.zeros(values.shape, dtype=values.dtype)
    out[mask] = values[mask] / (1 - rate)
    return out


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

    def draw(self, shape):
        return self.rng.random(shape) >= self.rate

    def __call__(self, x):
        if not self.training or self.rate == 0:
            return x.copy()

        if x.ndim < 2:
            return apply_mask(x, self.draw(x.shape), self.rate)
        mask = self.draw(x.shape[1:])
        out = np.empty_like(x)
        for i in range(len(x)):
            out[i] = apply_mask(x[i], mask, self.rate)
        return out
