"""np.where over the booleans of a generator of the layer's own; returns itself from train() and eval()."""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError(f"a dropout_rate of {dropout_rate} makes no sense")
        keep = 1.0 - dropout_rate
        self.dropout_rate, self.keep, self.factor = dropout_rate, keep, 1.0 / (keep)
        self.generator = np.random.default_rng()
        self.training = True

    def __call__(self, x):
        if not self.training:
            return x.copy()
        kept = self.generator.random(x.shape) >= self.dropout_rate
        return np.where(kept, x.astype(np.float64) * self.factor, 0.0).astype(x.dtype)

    def train(self):
        self.training = True
        return self

    def eval(self):
        self.training = False
        return self
