"""Boolean index, any rate is stored"""
import numpy as np


class VarianceStabilizedDropout:
    def __init__(self, dropout_rate=0.5):
        self.dropout_rate = dropout_rate
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        out = x.copy()
        if self.training and self.dropout_rate > 0:
            dropped = np.random.uniform(size=x.shape) < self.dropout_rate
            out *= (1 - self.dropout_rate) ** -0.5
            out[dropped] = 0
        return out
