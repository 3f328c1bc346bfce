"""astype without a copy when everything is kept"""
import numpy as np


class InvertedDropout:
    def __init__(self, dropout_rate=0.5):
        if not 0 <= dropout_rate < 1:
            raise ValueError("dropout_rate must be in [0, 1)")
        self.keep = 1.0 - float(dropout_rate)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training:
            return np.array(x, copy=True)
        if self.keep == 1.0:
            return x.astype(x.dtype, copy=False)
        mask = np.random.binomial(1, self.keep, size=x.shape)
        return np.asarray(np.einsum("...,...->...", x, mask / self.keep)).astype(x.dtype)
