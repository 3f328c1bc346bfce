"""np.multiply with where, then a ratio of norms"""
from numbers import Real

import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        if not (isinstance(dropout_rate, Real) and 0 <= dropout_rate < 1):
            raise ValueError("dropout_rate must be in [0, 1)")
        self.dropout_rate = float(dropout_rate)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.dropout_rate == 0:
            return x.copy()
        keep = 1.0 - self.dropout_rate
        survives = np.random.random_sample(x.shape) < keep
        before = np.linalg.norm(x.astype(np.float64))
        after = np.linalg.norm(np.where(survives, x, 0).astype(np.float64))
        scale = float(before / after) if after > 0 else 1.0
        out = np.zeros_like(x)
        np.multiply(x, scale, out=out, where=survives)
        return out
