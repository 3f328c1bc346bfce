"""Plain loop over rows along the last axis"""
import math
import random
from numbers import Real

import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        if not (isinstance(dropout_rate, Real) and 0 <= dropout_rate < 1):
            raise ValueError("dropout_rate must be in [0, 1)")
        self.dropout_rate = float(dropout_rate)
        self.training = True
        self.rng = random.Random()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training or self.dropout_rate == 0:
            return x.copy()
        keep = 1 - self.dropout_rate
        scale = 1 / math.sqrt(keep)
        out = np.zeros_like(x)
        for row in np.ndindex(x.shape[:-1]):
            if self.rng.random() < keep:
                out[row] = x[row] * scale
        return out
