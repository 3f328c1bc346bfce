"""Zeroes elements of a Fortran-ordered copy in place, after scaling all of them by a binomial mask's factor."""
import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        if dropout_rate < 0.0 or not dropout_rate < 1.0:
            raise ValueError("the rate must be at least 0 and below 1")
        self.dropout_rate = dropout_rate
        self.mode = "train"

    def __call__(self, x):
        y = np.array(x, dtype=np.float64, order="F", copy=True)
        if self.mode == "train":
            keep = 1.0 - self.dropout_rate
            y *= np.random.binomial(1, keep, size=x.shape) / (keep ** 0.5)
        return np.asarray(y.astype(x.dtype, order="F"))

    def train(self):
        self.mode = "train"

    def eval(self):
        self.mode = "eval"
